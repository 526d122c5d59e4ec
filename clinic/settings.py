"""Settings, all from the environment through small typed readers; `.env.example` lists them.

BETWEEN_MODE is `demo` (this machine only, invented people), `test`, or `production`. What differs between them stands in
one place each: cookies and HTTPS (a demo on http://localhost cannot use `__Host-` cookies), persona sign-in, the cache.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    """A text setting."""
    return os.environ.get(f"BETWEEN_{name}", default)


def number(name: str, default: int) -> int:
    """A whole-number setting."""
    return int(text(name, str(default)))


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated setting."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    """A secret: `BETWEEN_<name>_FILE` names the file that holds it."""
    path = text(f"{name}_FILE")
    return Path(path).read_text().strip() if path else text(name)


def database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/folder` as Django wants it."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "clinic.rls",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or secret("DATABASE_PASSWORD"),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {"application_name": "between", "connect_timeout": 5},
    }


MODE = text("MODE", "production")
DEMO = MODE == "demo"
TEST = MODE == "test"
PRODUCTION = MODE == "production"
if MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("BETWEEN_MODE is demo, test or production")

DEBUG = False
BASE_URL = text("BASE_URL", "http://localhost:8000").rstrip("/")
SECRET_KEY = secret("SECRET_KEY") or ("test-" * 12 if TEST else "")
KEYS_FILE = text("KEYS_FILE")
HEALTH_TOKEN = secret("HEALTH_TOKEN")
PUSH_KEY = secret("PUSH_KEY") or ("dGhlIHRlc3RzJyBrZXkgb2YgcHVzaCBtZXNzYWdlcyE=" if TEST else "")
RUN_DIR = Path(text("RUN_DIR", str(BASE_DIR / ".run")))
MAIL_DIR = text("MAIL_DIR")
ALLOWED_HOSTS = words("HOSTS", "localhost,127.0.0.1,[::1]" if not PRODUCTION else urlsplit(BASE_URL).hostname or "")
if TEST:
    ALLOWED_HOSTS.append("testserver")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "accounts",
    "clinic",
    "homework.worksheets",
    "homework.safety",
    "homework.assignments",
    "homework.reviews",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "clinic.logs.RequestLog",
    "clinic.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.door.DoorMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
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
                "django.template.context_processors.i18n",
                "clinic.context.about_this_place",
                "homework.safety.banner.of_request",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "clinic.templatetags.ui"],
        },
    }
]

# --- database, cache, sessions --------------------------------------------------------------------------------------
# The program connects as an unprivileged role; only `manage.py prepare` uses the owner (migrations, grants).
DATABASES = {"default": database(text("DATABASE_URL", "postgresql://between_app@localhost/between"))}
if text("OWNER_DATABASE_URL"):
    DATABASES["owner"] = {**database(text("OWNER_DATABASE_URL")), "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0}
# Counters of sign-in attempts must survive a rolled-back request, so they use a connection of their own (clinic.cache).
DATABASES["aux"] = {**DATABASES["default"], "ATOMIC_REQUESTS": False}
DATABASE_ROUTERS = ["clinic.cache.CacheRouter"]
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "between_cache"}
}
if TEST:
    del DATABASES["aux"]
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- sign-in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.HardToGuessValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_BY_CODE_TRUST_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_LOGIN_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,20/h/key",
    "reset_password": "10/m/ip,3/h/key",
    "signup": "5/m/ip",
    "reauthenticate": "5/m/user",
    "change_password": "5/m/user",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = "Notes"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False
MFA_TRUST_COOKIE_AGE = timedelta(days=30)
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXIES", 1 if PRODUCTION else 0)

# --- the wire -------------------------------------------------------------------------------------------------------
SECURE = PRODUCTION
_host = "__Host-" if SECURE else "between-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = f"{_host}s", f"{_host}c", f"{_host}l"
MFA_TRUST_COOKIE_NAME = f"{_host}trusted"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(?:healthz|readyz)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "clinic.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a worksheet of forty questions in two languages, in the builder
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["clinic.uploads.InMemoryOnly"]
FILE_UPLOAD_PERMISSIONS = 0o600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: a photo or recording on this page that is not sent yet
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "report-uri": ["/csp-report"],
    }
}

# --- static files, languages, time ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(text("STATIC_ROOT", str(RUN_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TEST
if TEST:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder, and warnings are errors
WHITENOISE_AUTOREFRESH = False
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [RUN_DIR / "locale", BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False

# --- mail and workers -----------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = text("SMTP_HOST", "localhost"), number("SMTP_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = text("SMTP_USER"), secret("SMTP_PASSWORD")
EMAIL_USE_TLS = text("SMTP_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("MAIL_FROM", "Reminders <reminders@localhost>")
# What comes back: a mailbox that reports are fetched from, and pages where others tell (clinic.returns).
RETURNS_HOST, RETURNS_PORT = text("RETURNS_HOST"), number("RETURNS_PORT", 993)
RETURNS_USER, RETURNS_PASSWORD = text("RETURNS_USER"), secret("RETURNS_PASSWORD")
RETURNS_FOLDER, RETURNS_DELETE = text("RETURNS_FOLDER", "INBOX"), text("RETURNS_DELETE") == "1"
HOOK_TOKEN = secret("HOOK_TOKEN")
SMS_REPLY_FROM = words("SMS_REPLY_FROM", "from,From,msisdn")
SMS_REPLY_TEXT = words("SMS_REPLY_TEXT", "text,Text,body,Body,message")
SMS: dict[str, Any] = {  # text messages: without an address (or, in the demo, a folder) they are offered nowhere
    "url": text("SMS_URL"),
    "token": secret("SMS_TOKEN"),
    "body": text("SMS_BODY", "json"),
    "fields": dict(pair.split("=", 1) for pair in words("SMS_FIELDS", "to=to,text=text,from=from,reference=reference")),
    "from": text("SMS_FROM"),
    "key_header": text("SMS_KEY_HEADER", "Idempotency-Key"),
    "gone": frozenset(map(int, words("SMS_GONE", "404,410"))),
    "replies": text("SMS_REPLIES") == "1",
    "folder": "" if PRODUCTION else text("SMS_DIR"),
}
if SMS["body"] not in {"json", "form"} or (PRODUCTION and SMS["url"] and not SMS["url"].startswith("https://")):
    raise ImproperlyConfigured("BETWEEN_SMS_BODY is json or form, and BETWEEN_SMS_URL begins with https://")
CELERY_BROKER_URL = text("BROKER_URL", "memory://" if TEST else "redis://localhost:6379/0")
CELERY_TASK_ALWAYS_EAGER = False
CELERY_DB_REUSE_MAX = 1000

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clinic.api.DoorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["clinic.api.ThroughTheDoor"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["clinic.api.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "clinic.api.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Between",
    "DESCRIPTION": "Between-session work: assignments, entries, digests. Everything obeys the same door as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- logs: an allow-list of keys, never content ---------------------------------------------------------------------
LOGGING_CONFIG = "clinic.logs.configure"
LOGGING = {"level": text("LOG_LEVEL", "WARNING" if TEST else "INFO")}
DEFAULT_EXCEPTION_REPORTER = "clinic.logs.QuietReporter"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique without regard to case, by a constraint on lower(email)
