"""Rows of commands and their environment values as the words of `core.proxy`."""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping

from gateway_desktop.core.secret import Secret
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.proxy import ProxyStdioRow, ProxyVariableRow, SecretRow
from gateway_desktop.store.unsealer import Unsealer, unsealed

_log = logging.getLogger(__name__)


def stdio_commands(proxy_id: str | None = None) -> dict[str, StdioCommand]:
    """Return the commands by proxy id; of one proxy only, if it is named."""
    rows, values = ProxyStdioRow.select(), ProxyVariableRow.select().order_by(ProxyVariableRow.name)
    if proxy_id is not None:
        rows = rows.where(ProxyStdioRow.proxy_id == proxy_id)
        values = values.where(ProxyVariableRow.proxy_id == proxy_id)
    sealed: dict[str, list[str]] = defaultdict(list)
    for row in values:
        sealed[row.proxy_id].append(row.name)
    return {
        row.proxy_id: StdioCommand(
            arguments=tuple(json.loads(row.arguments)),
            folder=row.folder,
            variables=tuple(json.loads(row.variables)),
            sealed=tuple(sealed[row.proxy_id]),
        )
        for row in rows
    }


def environments(_database: Database, unsealer: Unsealer) -> Mapping[str, Mapping[str, Secret]]:
    """Return the sealed environment values by proxy id and variable."""
    secrets = {row.id: row for row in SecretRow.select()}
    found: dict[str, dict[str, Secret]] = defaultdict(dict)
    for row in ProxyVariableRow.select():
        secret = secrets[row.secret_id]
        try:
            found[row.proxy_id][row.name] = unsealed(secret, unsealer)
        except Exception as error:  # noqa: BLE001 - one broken value must not stop the others' proxies
            _log.error("The value of %s cannot be opened: %r", row.name, error)
    return dict(found)
