"""Why requests were blocked, or have no owner, is counted without reading their rows."""

SQLITE = """\
CREATE INDEX event_blocked ON event(kind, block_reason) WHERE outcome = 'blocked';
CREATE INDEX event_unnamed ON event(kind, no_user_reason) WHERE actor = '';
"""

POSTGRESQL = """\
CREATE INDEX event_blocked ON event(kind, block_reason, id) WHERE outcome = 'blocked';
CREATE INDEX event_unnamed ON event(kind, no_user_reason, id) WHERE actor = '';
"""
