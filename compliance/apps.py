"""The compliance app."""

from procurement_portal.web.app import App


class ComplianceConfig(App):
    name = "compliance"
