"""What does the service run with? Everything comes from the environment; `docs/operations.md` lists it."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext

from il2ward.settings import engines, env, hl7, outgoing, security, telling

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
IL2WARD_MODE = env.choice("IL2WARD_MODE", "demo", ("demo", "test", "production"))
IL2WARD_HOME = env.folder("IL2WARD_HOME", BASE_DIR / "var")
IL2WARD_TIME_ZONE = env.zone("IL2WARD_TIME_ZONE", "UTC")
IL2WARD_CLOCK_FILE = env.text("IL2WARD_CLOCK_FILE")
IL2WARD_DEMO_ACCOUNTS = env.flag("IL2WARD_DEMO_ACCOUNTS", default=IL2WARD_MODE == "demo")
IL2WARD_WEB_URL = env.text("IL2WARD_WEB_URL", "http://127.0.0.1:8000")
IL2WARD_REALWORLD = env.text("IL2WARD_REALWORLD")
IL2WARD_HTTPS = env.flag("IL2WARD_HTTPS", default=IL2WARD_MODE == "production")
IL2WARD_LOCK_AFTER_S = env.whole("IL2WARD_LOCK_AFTER_S", 120, least=10, most=3600)
# Where a dose is started a tablet locks sooner; never later than elsewhere.
IL2WARD_LOCK_DOSE_AFTER_S = min(IL2WARD_LOCK_AFTER_S, env.whole("IL2WARD_LOCK_DOSE_AFTER_S", 90, least=10, most=3600))
IL2WARD_SHIFT_H = env.whole("IL2WARD_SHIFT_H", 12, least=1, most=16)
security.refuse_in_production(mode=IL2WARD_MODE)
IL2WARD_HL7_PORT = env.whole("IL2WARD_HL7_PORT", hl7.PORT, least=0, most=65535)
IL2WARD_HL7_PORT_GIVEN = bool(env.text("IL2WARD_HL7_PORT"))
IL2WARD_HL7_HOST = env.text("IL2WARD_HL7_HOST") or "127.0.0.1"
IL2WARD_HL7_PEERS_GIVEN = bool(env.names("IL2WARD_HL7_PEERS"))
IL2WARD_HL7_PEERS = hl7.peers(mode=IL2WARD_MODE)
IL2WARD_HL7_PROCESSING = hl7.processing(mode=IL2WARD_MODE)
IL2WARD_HL7_TLS = hl7.tls()
IL2WARD_HL7_MOST_BYTES = env.whole("IL2WARD_HL7_MOST_BYTES", 1_048_576, least=1024, most=16_777_216)
IL2WARD_HL7_IDLE_S = env.whole("IL2WARD_HL7_IDLE_S", 300, least=1, most=86_400)
IL2WARD_HL7_MESSAGE_S = env.whole("IL2WARD_HL7_MESSAGE_S", 30, least=1, most=600)
IL2WARD_HL7_CONNECTIONS = env.whole("IL2WARD_HL7_CONNECTIONS", 64, least=1, most=1000)
IL2WARD_OUTGOING_ORIGINS = outgoing.origins()
IL2WARD_OUTGOING_OWN_MACHINE = outgoing.own_machine(mode=IL2WARD_MODE)
IL2WARD_CDS_ORIGINS = outgoing.cds_origins()

DEBUG = env.flag("IL2WARD_DEBUG", default=False)
SECRET_KEY = security.secret_key(IL2WARD_HOME, mode=IL2WARD_MODE)
SECRET_KEY_FALLBACKS = [key for key in [env.secret("IL2WARD_OLD_SECRET_KEY")] if key]
ALLOWED_HOSTS = security.allowed_hosts(mode=IL2WARD_MODE)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if IL2WARD_HTTPS else []
if env.flag("IL2WARD_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
IL2WARD_PUBLIC_URL = telling.public_url(ALLOWED_HOSTS, own=IL2WARD_WEB_URL, mode=IL2WARD_MODE)
IL2WARD_CHANNELS = telling.channels()
IL2WARD_MAIL_DOMAIN = telling.mail_domain()
globals().update(telling.mail(IL2WARD_HOME, mode=IL2WARD_MODE))
globals().update(security.cookies(encrypted=IL2WARD_HTTPS))
globals().update(security.lockout())

INSTALLED_APPS = [
    "il2ward",
    "il2ward.staff",
    "il2ward.audit",
    "il2ward.live",
    "dosing",
    "monitoring",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular_sidecar",
    "django_htmx",
    "axes",
]
MIDDLEWARE = [
    "il2ward.middleware.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "il2ward.middleware.tablet_lock.TabletLock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "il2ward.middleware.site_time.SiteTime",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "il2ward.urls"
ASGI_APPLICATION = "il2ward.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "il2ward.staff.context.tablet",
            ],
        },
    }
]

DATABASES = {
    "default": engines.database(
        IL2WARD_HOME,
        mode=IL2WARD_MODE,
        pooled=env.flag("IL2WARD_DATABASE_POOL", default=IL2WARD_MODE != "test"),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = engines.redis_url(IL2WARD_HOME)
IL2WARD_EMBEDDED_BROKER = not env.secret("IL2WARD_REDIS_URL")
CHANNEL_LAYERS = engines.channel_layers(REDIS_URL, prefix="il2ward")
globals().update(engines.celery(REDIS_URL))

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["il2ward.deny.DenyAll"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "COERCE_DECIMAL_TO_STRING": True,
}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Production serves what collectstatic gathered; elsewhere files are served from where they lie.
STATIC_ROOT = env.folder("IL2WARD_STATIC_ROOT", IL2WARD_HOME / "static") if IL2WARD_MODE == "production" else None
UPLOT = BASE_DIR / "node_modules" / "uplot" / "dist"
STATICFILES_DIRS = [BASE_DIR / "static", *([("vendor/uplot", UPLOT)] if UPLOT.is_dir() else [])]
# Asked again each time: a tablet must never run last week's script under this week's page.
WHITENOISE_MAX_AGE = 0
WHITENOISE_USE_FINDERS = IL2WARD_MODE != "production"
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MIMETYPES = {".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
LOG_LEVEL = env.choice("IL2WARD_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "il2ward.log_lines.LogLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # It would write down every address that is called.
        "httpx": {"level": "WARNING"},
    },
}
