"""MODELS: every table that is read or changed through Peewee."""

from gateway_desktop.store.models.alert import AlertHistoryRow, AlertMemoryRow, AlertRow
from gateway_desktop.store.models.budget import BudgetRow, BudgetShareRow, BudgetTermRow
from gateway_desktop.store.models.event import (
    Event,
    EventPart,
    LatencyHour,
    Part,
    RollDayActor,
    RollHour,
    RollHourWhose,
    RollSpanActor,
    Seen,
)
from gateway_desktop.store.models.identity_provider import IdentityProviderRow, UserIdentityRow
from gateway_desktop.store.models.meta import GatewayRow, SchemaVersion, SettingRow
from gateway_desktop.store.models.model_price import ModelPriceRow
from gateway_desktop.store.models.oauth import (
    OAuthClientRow,
    OAuthSessionRow,
    PasswordRow,
    ProxyOAuthRow,
    SignInAttemptRow,
    TokenRow,
)
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, MembershipRow, UserRow, WindowSessionRow
from gateway_desktop.store.models.policy import (
    PolicyExceptionRow,
    PolicyOnProxyRow,
    PolicyRow,
    PolicyVersionRow,
)
from gateway_desktop.store.models.proxy import (
    ProxyAccessRow,
    ProxyRow,
    ProxyStdioRow,
    ProxyVariableRow,
    SecretRow,
)
from gateway_desktop.store.models.rate_limit import RateLimitRow
from gateway_desktop.store.models.sink import SinkCursorRow, SinkRow
from gateway_desktop.store.models.tool_pin import ToolPinRow

MODELS = (
    SchemaVersion,
    GatewayRow,
    SettingRow,
    SecretRow,
    UserRow,
    GroupRow,
    MembershipRow,
    WindowSessionRow,
    ApiKeyRow,
    ProxyRow,
    ProxyAccessRow,
    ProxyStdioRow,
    ProxyVariableRow,
    ToolPinRow,
    RateLimitRow,
    BudgetRow,
    BudgetTermRow,
    BudgetShareRow,
    ModelPriceRow,
    SinkRow,
    SinkCursorRow,
    PolicyRow,
    PolicyVersionRow,
    PolicyOnProxyRow,
    PolicyExceptionRow,
    ProxyOAuthRow,
    OAuthClientRow,
    OAuthSessionRow,
    TokenRow,
    PasswordRow,
    SignInAttemptRow,
    IdentityProviderRow,
    UserIdentityRow,
    AlertRow,
    AlertHistoryRow,
    AlertMemoryRow,
    Event,
    Part,
    EventPart,
    Seen,
    RollHour,
    RollHourWhose,
    RollSpanActor,
    RollDayActor,
    LatencyHour,
)
