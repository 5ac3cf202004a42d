"""Settings of the portal: one file. The environment is read in the one block below and nowhere else.

Every variable is listed with its meaning in README.md ("Settings"); a house test compares the two.
"""

from __future__ import annotations

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

# --- The environment -------------------------------------------------------------------------------------------------
env = environ.Env()
MODE = env.str("PORTAL_MODE", default="production")  # production, demo (what `up` starts) or test (what `test` starts)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_ROLE = env.str("PORTAL_DATABASE_ROLE", default="portal_app")  # "" keeps the role of DATABASE_URL
DATABASE_MAX_AGE = env.int("PORTAL_DATABASE_MAX_AGE", default=60)  # seconds a connection is kept
REDIS_URL = env.str("REDIS_URL", default="")
STATE_DIR = Path(env.str("PORTAL_STATE_DIR", default=str(BASE_DIR / "var")))
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=[])
PUBLIC_URL = env.str("PORTAL_PUBLIC_URL", default="")
PROXY_COUNT = env.int("PORTAL_PROXY_COUNT", default=0)
STORAGE_BUCKET = env.str("PORTAL_STORAGE_BUCKET", default="")
STORAGE_ENDPOINT = env.str("PORTAL_STORAGE_ENDPOINT", default="")
STORAGE_REGION = env.str("PORTAL_STORAGE_REGION", default="us-east-2")
STORAGE_ACCESS_KEY = env.str("PORTAL_STORAGE_ACCESS_KEY", default="")
STORAGE_SECRET_KEY = env.str("PORTAL_STORAGE_SECRET_KEY", default="")
MAIL_URL = env.str("PORTAL_MAIL_URL", default="")  # smtp+tls://user:password@host:port
MAIL_FROM = env.str("PORTAL_MAIL_FROM", default="Procurement Portal <portal@localhost>")
MAIL_REPLY_DOMAIN = env.str("PORTAL_MAIL_REPLY_DOMAIN", default="reply.localhost")
VAULT_KEYS = env.str(
    "PORTAL_VAULT_KEYS", default=""
)  # path of the key file; embedded mode keeps one in the state folder
SCANNER = env.str("PORTAL_SCANNER", default="")  # clamd://host:port
HELP_PHONE = env.str("PORTAL_HELP_PHONE", default="312-555-0142")
HELP_HOURS = env.str("PORTAL_HELP_HOURS", default="Monday to Friday, 8:30 am to 7 pm")
LOG_LEVEL = env.str("PORTAL_LOG_LEVEL", default="INFO")
# ----------------------------------------------------------------------------------------------------------------------

DEMO = MODE == "demo"
TESTING = MODE == "test"
EMBEDDED = DEMO or TESTING
if not EMBEDDED:
    _required = {
        "DATABASE_URL": DATABASE_URL,
        "REDIS_URL": REDIS_URL,
        "SECRET_KEY": SECRET_KEY,
        "PORTAL_HOSTS": ALLOWED_HOSTS,
    }
    if not DEBUG:
        _required |= {"PORTAL_VAULT_KEYS": VAULT_KEYS, "PORTAL_SCANNER": SCANNER}
    for _name, _value in _required.items():
        if not _value and not (DEBUG and _name == "PORTAL_HOSTS"):
            raise ImproperlyConfigured(
                f"{_name} is not set. README.md, “Settings”, says what it is; the portal does not start without it."
            )
if EMBEDDED:
    # `up` and `test` run on one machine for one person. Their secret is made at first start and kept in the state folder.
    SECRET_KEY = SECRET_KEY or "embedded-mode-only-" + "0" * 40
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", "testserver"]

INSTALLED_APPS = [
    "procurement_portal.apps.PortalConfig",
    "procurement_portal.time.apps.TimeConfig",
    "procurement_portal.web.apps.WebConfig",
    "procurement_portal.vault.apps.VaultConfig",
    "procurement_portal.history.apps.HistoryConfig",
    "procurement_portal.outbox.apps.OutboxConfig",
    "procurement_portal.people.apps.PeopleConfig",
    "procurement_portal.clocks.apps.ClocksConfig",
    "procurement_portal.documents.apps.DocumentsConfig",
    "procurement_portal.notifications.apps.NotificationsConfig",
    "procurement_portal.readings.apps.ReadingsConfig",
    "procurement_portal.standing.apps.StandingConfig",
    "certification.apps.CertificationConfig",
    "solicitations.apps.SolicitationsConfig",
    "payments.apps.PaymentsConfig",
    "compliance.apps.ComplianceConfig",
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.postgres", "django.contrib.staticfiles", "django.contrib.humanize",
    "django.forms", "allauth", "allauth.account", "allauth.mfa", "rest_framework", "drf_spectacular",
    "django_filters", "django_htmx", "simple_history", "pgtrigger", "django_structlog", "csp",
]  # fmt: skip

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "procurement_portal.web.readonly.ReadOnlyGetMiddleware",
    "procurement_portal.people.middleware.ActorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "procurement_portal.web.errors.RefusalMiddleware",  # innermost: a refusal becomes a page that says why
]

ROOT_URLCONF = "procurement_portal.urls"
WSGI_APPLICATION = "procurement_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
FORM_RENDERER = "procurement_portal.web.renderer.PortalRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # Cached always: an uncached loader costs more than the SQL of a page.
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "procurement_portal.people.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "procurement_portal.web.templatetags.portal",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------------
if DATABASE_URL:
    DATABASES = {
        "default": {
            **env.db_url_config(DATABASE_URL),
            "ENGINE": "django.db.backends.postgresql",
        }
    }
else:  # commands that need no database (lawcases, compilemessages) still load these settings
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "none",
            "HOST": "127.0.0.1",
            "PORT": "1",
        }
    }
DATABASES["default"].update(
    CONN_MAX_AGE=0 if TESTING else DATABASE_MAX_AGE,
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
    OPTIONS={"connect_timeout": 5, "application_name": "portal"},
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Background work: the outbox decides what must run, Celery only carries it ---------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}  # longer than any task, or Redis would run it twice
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Files ----------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
if STORAGE_BUCKET:
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": STORAGE_BUCKET,
            "endpoint_url": STORAGE_ENDPOINT or None,
            "region_name": STORAGE_REGION,
            "access_key": STORAGE_ACCESS_KEY or None,
            "secret_key": STORAGE_SECRET_KEY or None,
            "signature_version": "s3v4",
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
else:
    _files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(STATE_DIR / "files")},
    }
STORAGES = {
    "default": _files,
    # Plain in embedded mode: the manifest storage raises for a file nobody collected.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = EMBEDDED
WHITENOISE_AUTOREFRESH = TESTING  # else each of the tests’ clients reads every static file anew
FILE_UPLOAD_HANDLERS = ["procurement_portal.documents.uploads.SealingUploadHandler"]  # never in the clear on a disk
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a budget of 200 lines posts 1,600 fields

# --- Language and place -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCAL_ZONE = "America/Chicago"

# --- People -------------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:  # tests sign in hundreds of times; Argon2 is slow on purpose
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "procurement_portal.people.adapter.AccountAdapter"
# Failures delay and never lock out: the key is address and place (people/adapter.py); browsers unknown to an address share one count.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/300s/key",
    "login_unknown_device": "30/900s/key",
    "recover": "20/m/ip,5/300s/key",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
_forms = "procurement_portal.people.forms.account."  # allauth's forms in our words
ACCOUNT_FORMS = {name: _forms + form for name, form in (
    ("login", "SignIn"), ("signup", "SignUp"), ("reauthenticate", "PasswordAgain"), ("add_email", "NewEmail"),
    ("reset_password", "ForgottenPassword"), ("reset_password_from_key", "NewPassword"), ("change_password", "ChangePassword"),
)}  # fmt: skip
MFA_FORMS = {name: _forms + form for name, form in (
    ("authenticate", "SecondFactorCode"), ("reauthenticate", "SecondFactorCodeAgain"), ("activate_totp", "FirstCode"),
    ("add_webauthn", "NewPasskey"), ("edit_webauthn", "PasskeyName"),
)}  # fmt: skip
PASSWORD_RESET_TIMEOUT = 3600  # seconds a reset link works
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Procurement Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
MFA_ADAPTER = "procurement_portal.people.adapter.MFAAdapter"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "portal_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = {"staff": 30 * 60, "organization": 60 * 60}

# --- Safety -------------------------------------------------------------------------------------------------------------
_https = not EMBEDDED and not DEBUG
SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "procurement_portal.web.errors.csrf_failure"
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "interest-cohort",
    )
}

# --- Mail -----------------------------------------------------------------------------------------------------------------
if MAIL_URL:
    _mail = env.email_url_config(MAIL_URL)
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = (
        _mail["EMAIL_BACKEND"],
        _mail["EMAIL_HOST"],
        _mail["EMAIL_PORT"],
    )
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
        _mail["EMAIL_HOST_USER"],
        _mail["EMAIL_HOST_PASSWORD"],
    )
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", True)
elif TESTING:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(STATE_DIR / "mail")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
EMAIL_TIMEOUT = 20

# --- API ------------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["procurement_portal.people.api_session.ApiSession"],
    "DEFAULT_PERMISSION_CLASSES": ["procurement_portal.people.access.ApiPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 25,
    "EXCEPTION_HANDLER": "procurement_portal.web.problems.problem_details",
    "NUM_PROXIES": PROXY_COUNT or None,
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Procurement Portal API",
    "DESCRIPTION": "Public solicitations and past contracts; your own proposals when signed in (401 without). Errors are RFC 9457.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- Logs: JSON lines in production; no personal data, no request bodies ----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "WARNING"},
    },
}
DJANGO_STRUCTLOG_CELERY_ENABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
PGTRIGGER_SCHEMA_EDITOR = False
SILENCED_SYSTEM_CHECKS: list[str] = []
