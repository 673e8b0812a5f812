"""Which limits of normal does a hospital's laboratory state?"""

from __future__ import annotations

from monitoring.domain.site_limits import SiteLimits, SiteTable
from monitoring.models import SiteLimit


def site_table_of(site_id: int) -> SiteTable:
    """All limits the site has stated, the newest statement last; empty when it has stated none."""
    rows = SiteLimit.objects.filter(site=site_id).order_by("id")
    return SiteTable(SiteLimits(row.observable, row.unit, row.lln, row.uln, row.valid_from) for row in rows)
