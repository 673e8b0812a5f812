"""How many units does a site count on from one vial?"""

from __future__ import annotations

from dosing.domain.regimen import Product
from dosing.models import SiteVial


def recoverable_iu(site_id: int, product: Product) -> int:
    """Return the site's own choice, the newest, else what the regimen's product says."""
    chosen = SiteVial.objects.filter(site_id=site_id).order_by("-set_at", "-id").first()
    return product.vial_recoverable_iu if chosen is None else chosen.recoverable_iu
