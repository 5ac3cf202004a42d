"""The six counties of the region, by federal code: MCC 2-92-420(q) and Cook County Code 34-229 name the same ones.

Lake County is the one in Illinois (17097), not the one in Indiana (18089).
"""

from collections.abc import Mapping
from types import MappingProxyType

SIX_COUNTIES: Mapping[str, str] = MappingProxyType(
    {
        "17031": "Cook",
        "17043": "DuPage",
        "17089": "Kane",
        "17097": "Lake",
        "17111": "McHenry",
        "17197": "Will",
    }
)
# How a county is given: its federal code, five digits as text (a leading zero would be lost in a number).
COUNTY_PATTERN = r"[0-9]{5}"
COUNTY_ALLOWED = "the county's federal code, five digits as text"
