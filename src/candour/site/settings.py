"""Django's settings, derived from `candour.site.config`."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from candour.site.config import config

_config = config()
_here = Path(__file__).parent

DEBUG = _config.debug
SECRET_KEY = _config.secret()

ALLOWED_HOSTS = _config.allowed_hosts
CSRF_TRUSTED_ORIGINS = _config.trusted_origins
DATABASES = _config.databases()
globals().update(_config.mail())

INSTALLED_APPS = [
    "candour.desk.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "candour.held.apps.HeldConfig",
    "candour.desk.apps.DeskConfig",
    "candour.portal.apps.PortalConfig",
    "candour.post.apps.PostConfig",
    "candour.site.apps.SiteConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "candour.portal.language.ReadersLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *([] if _config.side == "public" else ["candour.desk.sign_in.middleware.SecondFactorRequired"]),
]
ROOT_URLCONF = "candour.site.public_urls" if _config.side == "public" else "candour.site.urls"
WSGI_APPLICATION = "candour.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_here / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "candour.site.context.masthead",
                "candour.desk.offers.what_may_be_done",
            ],
        },
    }
]
FILE_UPLOAD_HANDLERS = ["candour.site.uploads.SealedUploads"]
FORM_RENDERER = "candour.site.forms.GovRenderer"

AUTH_USER_MODEL = "desk.StaffMember"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CANDOUR_SIDE = _config.side
CANDOUR_SECOND_FACTOR = _config.second_factor
CANDOUR_IDENTITY_PROVIDER = _config.identity_provider()
LOGIN_URL = "desk:sign-in"
LOGIN_REDIRECT_URL = "desk:caseload"
LOGOUT_REDIRECT_URL = "portal:log"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [_here.parent / "portal" / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [_here / "static"]
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "candour.desk.sign_in.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.behind_https
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_SSL_REDIRECT = _config.behind_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _config.behind_https else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _config.behind_https else 0
SILENCED_SYSTEM_CHECKS = (
    [] if _config.behind_https else ["security.W004", "security.W008", "security.W012", "security.W016"]
)

CANDOUR_SERVICE_NAME = _config.service_name
CANDOUR_LINK_CHECK_PRIVATE = _config.link_check_private
CANDOUR_QUICK_EXIT_URL = _config.quick_exit_url
CANDOUR_FEEDBACK_ADDRESS = _config.feedback_address
CANDOUR_MAIL_CHECKED_BY = _config.mail_checked_by

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "candour.site.logs.WithoutWords",
            "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
