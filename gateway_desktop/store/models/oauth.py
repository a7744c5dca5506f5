"""proxy_oauth, oauth_client, oauth_session, oauth_token, password, sign_in_attempt."""

import peewee

from gateway_desktop.store.models.base import BaseModel


class ProxyOAuthRow(BaseModel):
    """How people sign in at a proxy; lists are JSON."""

    proxy_id = peewee.TextField(primary_key=True)
    enabled = peewee.BooleanField()
    mode = peewee.TextField()
    providers = peewee.TextField()
    scopes = peewee.TextField()
    group_ids = peewee.TextField()
    access_seconds = peewee.IntegerField()
    refresh_seconds = peewee.IntegerField()
    registration = peewee.TextField()
    unattributed = peewee.BooleanField(default=True)
    introspection_url = peewee.TextField(default="")
    introspection_client = peewee.TextField(default="")
    introspection_env = peewee.TextField(default="")
    keys = peewee.BooleanField(default=True)
    claude_settings = peewee.TextField(default="")


class OAuthClientRow(BaseModel):
    """An application registered at a proxy; one that was swept has no row."""

    proxy_id = peewee.TextField()
    id = peewee.TextField()
    name = peewee.TextField()
    redirect_uris = peewee.TextField()
    how = peewee.TextField()
    auth_method = peewee.TextField()
    secret_digest = peewee.BlobField(null=True)
    grant_types = peewee.TextField()
    registered_us = peewee.BigIntegerField()
    last_used_us = peewee.BigIntegerField(null=True)
    revoked_us = peewee.BigIntegerField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("proxy_id", "id")


class OAuthSessionRow(BaseModel):
    """One sign-in; `code_digest` is the code it came from, kept so that its second use is noticed."""

    id = peewee.TextField(primary_key=True)
    proxy_id = peewee.TextField()
    client_id = peewee.TextField()
    user_id = peewee.TextField()
    provider = peewee.TextField()
    scopes = peewee.TextField()
    created_us = peewee.BigIntegerField()
    expires_us = peewee.BigIntegerField()
    last_used_us = peewee.BigIntegerField(null=True)
    revoked_us = peewee.BigIntegerField(null=True)
    address = peewee.TextField(default="")
    code_digest = peewee.BlobField(null=True)


class TokenRow(BaseModel):
    """An access or refresh token, as its SHA-256; a refresh token that was used stays until it expires."""

    digest = peewee.BlobField(primary_key=True)
    session_id = peewee.TextField()
    refresh = peewee.BooleanField()
    scopes = peewee.TextField()
    issued_us = peewee.BigIntegerField()
    expires_us = peewee.BigIntegerField()
    used_us = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "oauth_token"


class PasswordRow(BaseModel):
    """A person's password, hashed (argon2id); `totp_step` is the last one-time code's time step."""

    user_id = peewee.TextField(primary_key=True)
    hash = peewee.TextField()
    totp_secret = peewee.TextField(null=True)
    totp_step = peewee.BigIntegerField(default=0)
    changed_us = peewee.BigIntegerField()


class SignInAttemptRow(BaseModel):
    """How often a sign-in failed under a name, whether anybody has that name or not."""

    name = peewee.TextField(primary_key=True)
    failures = peewee.IntegerField()
    since_us = peewee.BigIntegerField()
    locked_until_us = peewee.BigIntegerField(null=True)
