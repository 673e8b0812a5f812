"""How is somebody told by e-mail?"""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from monitoring.domain.outward import Message
from monitoring.interop.telling.channel import NotTold


class Mail:
    """Through the hospital's mail server, as Django's settings name it."""

    def tell(self, address: str, message: Message) -> None:
        """Send one mail; the same message keeps its Message-ID, so that a repeat can be told."""
        if not settings.EMAIL_HOST and settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
            raise NotTold("No mail server is set up.")
        mail = EmailMessage(
            message.subject,
            message.body,
            to=[address],
            headers={"Message-ID": f"<alert-delivery-{message.id}@{settings.IL2WARD_MAIL_DOMAIN}>"},
            connection=get_connection(timeout=settings.EMAIL_TIMEOUT),
        )
        try:
            taken = mail.send()
        except (smtplib.SMTPException, OSError) as error:
            raise NotTold(f"The mail server did not take it ({type(error).__name__}).") from error
        if not taken:
            raise NotTold("The mail server did not take it.")
