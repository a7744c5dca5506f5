"""Sign-ins at identity providers: whose profile it is; the first sign-in adds the person."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial

from peewee import fn

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import Admission, IdentityProvider, Profile
from gateway_desktop.core.people import TEAM, Role, User
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.settings import Settings
from gateway_desktop.identity.sign_in_rules import groups_of as groups_by_rules
from gateway_desktop.services.administration import Administration, Change, Service, resolved
from gateway_desktop.services.futures import follow
from gateway_desktop.services.lookup import shown
from gateway_desktop.services.memberships import set_groups
from gateway_desktop.services.people import described
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.identity_provider import UserIdentityRow
from gateway_desktop.store.models.people import GroupRow, UserRow
from gateway_desktop.store.people_rows import groups_of, user_of
from gateway_desktop.store.queries.configuration import setting_rows

_event = partial(SystemEvent, Category.USERS)

_LONGEST_NAME = 200


class ProviderSignIns(Service):
    """Fits the gateway's port `People`."""

    def __init__(
        self, administration: Administration, settings: Callable[[Mapping[str, str]], Settings]
    ) -> None:
        super().__init__(administration)
        self._settings = settings

    def sign_in(self, provider: IdentityProvider, profile: Profile) -> Future[User]:
        """Return whose profile it is; fails with Refused (403) and a sentence for who may not come in.

        A person is known by issuer and subject, the first time by an e-mail address that the provider
        verified. Nothing is written where nothing changed.
        """

        def change_if_needed(known: User | None) -> Future[User]:
            if known is not None:
                return resolved(known)
            return self._administration.change(lambda change: self._signed_in(change, provider, profile))

        return follow(self._reader.submit(_unchanged, provider, profile), change_if_needed)

    def _signed_in(self, change: Change, provider: IdentityProvider, profile: Profile) -> User:
        _require_match(provider, profile)
        row = _linked(profile) or self._by_address(change, provider, profile)
        _require_active(row)
        actor = Principal(
            PrincipalKind.OAUTH, user_id=row.id, actor=shown(row), display_name=row.display_name
        )
        before, by = described(row), f"by {provider.name}"
        _update(row, profile)
        if _links(row, profile) == 0:
            UserIdentityRow.create(
                issuer=profile.issuer, subject=profile.subject, user_id=row.id, created_us=change.now_us
            )
            change.record(_event("identity linked", shown(row), actor=actor, details=by))
        wanted = _wanted_groups(row, provider, profile)
        if tuple(wanted) != groups_of(row.id):
            set_groups(change, row, wanted)
        after = described(row)
        if before != after:
            change.record(
                _event("user updated", shown(row), before=before, after=after, actor=actor, details=by)
            )
        return user_of(row)

    def _by_address(self, change: Change, provider: IdentityProvider, profile: Profile) -> UserRow:
        """Return the user with the profile's address, who may be new."""
        if not profile.email or not profile.email_verified:
            raise _refused(f"{provider.name} does not say that it verified your e-mail address")
        row = _with_address(profile.email)
        if row is not None:
            others = UserIdentityRow.select().where(
                (UserIdentityRow.user_id == row.id) & (UserIdentityRow.issuer == profile.issuer)
            )
            if others.exists():
                raise _refused(
                    f"{profile.email} belongs to another account at {provider.name}; an administrator can "
                    "unlink that one"
                )
            return row
        if _was_deleted(profile):
            raise _refused("Your account was deleted here; an administrator can add you again")
        settings = self._settings(setting_rows(change.database))
        if settings.oauth.invited_only or provider.admits is Admission.INVITED:
            raise _refused(f"Nobody has invited {profile.email}; ask an administrator to add you")
        return _created(change, provider, profile)


def _unchanged(_database: Database, provider: IdentityProvider, profile: Profile) -> User | None:
    """Return the person if all of the profile is known already."""
    row = _linked(profile)
    if row is None:
        return None
    _require_match(provider, profile)
    _require_active(row)
    same = described(row)
    _update(row, profile, save=False)
    if described(row) != same or tuple(_wanted_groups(row, provider, profile)) != groups_of(row.id):
        return None
    return user_of(row)


def _linked(profile: Profile) -> UserRow | None:
    row: UserRow | None = (
        UserRow.select()
        .join(UserIdentityRow, on=(UserIdentityRow.user_id == UserRow.id))
        .where(
            (UserIdentityRow.issuer == profile.issuer)
            & (UserIdentityRow.subject == profile.subject)
            & UserRow.deleted_us.is_null()
        )
        .first()
    )
    return row


def _was_deleted(profile: Profile) -> bool:
    found = (UserIdentityRow.issuer == profile.issuer) & (UserIdentityRow.subject == profile.subject)
    return bool(UserIdentityRow.select().where(found).exists())


def _links(row: UserRow, profile: Profile) -> int:
    """Return whether the user is linked to the profile; a tombstone's link is given to who follows it."""
    found = (UserIdentityRow.issuer == profile.issuer) & (UserIdentityRow.subject == profile.subject)
    return int(UserIdentityRow.update(user_id=row.id).where(found).execute())


def _with_address(address: str) -> UserRow | None:
    row: UserRow | None = (
        UserRow.select()
        .where(
            (fn.LOWER(UserRow.email) == address.lower())
            & UserRow.deleted_us.is_null()
            & (UserRow.service == False)  # noqa: E712 - SQL
        )
        .first()
    )
    return row


def _created(change: Change, provider: IdentityProvider, profile: Profile) -> UserRow:
    username = profile.email.partition("@")[0]
    row = UserRow.create(
        id=new_id(),
        email=profile.email,
        username=username,
        display_name=_name(profile) or username,
        role=str(Role.MEMBER),
        service=False,
        created_us=change.now_us,
    )
    set_groups(change, row, _living(groups_by_rules(provider.rules, profile)) or [TEAM], quietly=True)
    actor = Principal(PrincipalKind.OAUTH, user_id=row.id, actor=profile.email, display_name=row.display_name)
    details = f"first sign-in by {provider.name}"
    change.record(_event("user created", shown(row), after=described(row), actor=actor, details=details))
    return row


def _update(row: UserRow, profile: Profile, *, save: bool = True) -> None:
    """Take name and verified address from the profile; an address that another user has stays theirs."""
    if name := _name(profile):
        row.display_name = name
    if profile.email_verified and profile.email != row.email and _with_address(profile.email) is None:
        row.email, row.username = profile.email, profile.email.partition("@")[0]
    if save:
        row.save()


def _name(profile: Profile) -> str:
    """Return the person's name without what deceives who reads it: lines of its own, turned letters."""
    return "".join(letter for letter in profile.name if letter.isprintable()).strip()[:_LONGEST_NAME]


def _wanted_groups(row: UserRow, provider: IdentityProvider, profile: Profile) -> list[str]:
    """Return the groups after this sign-in: those the rules name come and go, all others stay."""
    by_rules = _living(groups_by_rules(provider.rules, profile))
    managed = {rule.group_id for rule in provider.rules}
    kept = [group for group in groups_of(row.id) if group not in managed or group in by_rules]
    return list(dict.fromkeys((*kept, *by_rules))) or [TEAM]


def _living(group_ids: tuple[str, ...]) -> list[str]:
    rows = GroupRow.select().where(GroupRow.id.in_(list(group_ids)) & GroupRow.deleted_us.is_null())
    living = {row.id for row in rows}
    return [group for group in group_ids if group in living]


def _require_match(provider: IdentityProvider, profile: Profile) -> None:
    """Refuse whom no rule matches where only those may come in, also if they came before."""
    if provider.admits is Admission.MATCHED and not groups_by_rules(provider.rules, profile):
        who = profile.email or profile.username or profile.subject
        raise _refused(f"No sign-in rule of {provider.name} matches {who}; ask an administrator")


def _require_active(row: UserRow) -> None:
    if not row.active:
        raise _refused("Your account here is not active")


def _refused(why: str) -> Refused:
    return Refused(Reason.ACCESS, why, 403)
