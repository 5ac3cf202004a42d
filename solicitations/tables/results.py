"""The tally's rows as a file. Its heads are stable words, not translated: scripts read them."""

from __future__ import annotations

from procurement_portal.web.tables import Column, Table


class TallyFile(Table):
    """One row a proposal, reader and criterion."""

    proposal = Column("proposal", head=True)
    organization = Column("organization")
    reader = Column("reader")
    criterion = Column("criterion")
    criterion_name = Column("criterion_name")
    weight = Column("weight")
    max_points = Column("max_points")
    minimum = Column("minimum")
    points = Column("points")
    total = Column("total")
    rank = Column("rank")
