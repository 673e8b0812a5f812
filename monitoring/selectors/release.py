"""Which rule files came with this release, and which of them has no physician of a hospital vouched for?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Protocol
from dosing.domain.regimen_slots import AnyRegimen
from dosing.models import ProtocolSignoff, RuleFile
from dosing.rules import loader
from dosing.rules.course_loader import every_regimen
from il2ward.staff.models import Site
from monitoring.domain.ctcae import Ctcae
from monitoring.domain.observable import Observables
from monitoring.rules.loader import VERSIONS, load_ctcae, load_observables, verify_released

OVERLAYS = ("ctcae_gate",)

Released = Loaded[Protocol] | Loaded[AnyRegimen] | Loaded[InputRules] | Loaded[Ctcae] | Loaded[Observables]


def released() -> Iterator[tuple[str, Released]]:
    """Yield every rule file of this release with its kind.

    Raises RuleFileRefused, naming the file, when one is not byte for byte what was released.
    """
    loader.verify_released()
    if altered := verify_released():
        raise loader.RuleFileRefused(altered[0])
    for regimen in every_regimen():
        yield "regimen", regimen
    for key in loader.protocol_keys():
        yield "overlay" if key in OVERLAYS else "protocol", loader.load_protocol(key)
    yield "inputs", loader.load_inputs()
    for version in VERSIONS:
        yield "ctcae", load_ctcae(version)
    yield "observables", load_observables()


def unsigned(site: Site) -> QuerySet[RuleFile]:
    """Return the protocols and regimens that no physician of ``site`` has really signed off, by kind and key."""
    signed = ProtocolSignoff.objects.filter(site=site, protocol=OuterRef("pk"), demonstration=False)
    return RuleFile.objects.filter(~Exists(signed), kind__in=("protocol", "regimen")).order_by("kind", "key", "version")
