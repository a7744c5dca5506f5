"""PayloadViews: that somebody looked at the stored texts of exchanges, as System events."""

from concurrent.futures import Future

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.services.administration import Administration, Service, resolved
from gateway_desktop.store.queries.audit import HIDDEN, AuditDetail
from gateway_desktop.store.queries.paging import AuditFilter


class PayloadViews(Service):
    """Each exchange is told of once by this process, however often it is looked at."""

    def __init__(self, administration: Administration) -> None:
        super().__init__(administration)
        self._told: set[int] = set()

    def opened(self, detail: AuditDetail) -> Future[None]:
        """Record that the texts of an exchange are looked at, if it has any that are not hidden."""
        row = detail.row
        if row.id in self._told or all(part.text in (None, HIDDEN) for part in detail.parts):
            return resolved(None)
        self._told.add(row.id)
        return self._note(row.exchange_id or str(row.id), f"of {row.display_name or row.actor}", row.proxy)

    def listed(self, asked: AuditFilter) -> Future[None]:
        """Record that rows are listed with their texts."""
        return self._note(f"the {asked.tab} tab", f"filter: {asked}")

    def _note(self, resource: str, details: str, proxy: str = "") -> Future[None]:
        event = SystemEvent(Category.SECURITY, "payload opened", resource, details=details, proxy=proxy)
        return self._administration.note(event)
