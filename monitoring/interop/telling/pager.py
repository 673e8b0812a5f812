"""How is a pager's gateway told?"""

from __future__ import annotations

import json

from il2ward.outgoing import CouldNotCall, NotAllowed, call, target_of
from monitoring.domain.outward import Message
from monitoring.interop.telling.channel import NotTold


class Pager:
    """By one POST of JSON to the address of the gateway; the ``id`` is the same when it is sent again."""

    def tell(self, address: str, message: Message) -> None:
        """Post the message; any answer but 2xx is a refusal."""
        body = {
            "id": message.id,
            "severity": message.severity,
            "ward": message.ward,
            "bed": message.bed,
            "text": message.subject,
            "link": message.link,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"alert-delivery-{message.id}"}
        try:
            answer = call(target_of(address), method="POST", content=json.dumps(body).encode(), headers=headers)
        except (CouldNotCall, NotAllowed) as no:
            raise NotTold(str(no)) from no
        if not 200 <= answer.status < 300:
            raise NotTold(f"The gateway answered {answer.status}.")
