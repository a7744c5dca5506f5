"""The command line, one file per subject; each has `add_options(parser, common)`, setting what to `run`."""

SUBJECTS = (
    ("serve", "Run the gateway without a window."),
    ("check", "Start on a free port, migrate, answer /healthz, stop."),
    ("connect", "An MCP proxy on standard input and output, for clients that only speak stdio."),
    ("proxy", "What the gateway stands in front of: add, change, start, stop, test, connect."),
    ("group", "Groups of people: add, rename, remove, and who is in them."),
    ("user", "People and service accounts: add, list, deactivate."),
    ("access", "Access review: who may use which proxy and tool, through which group, last used."),
    ("activity", "User Activity: who asked how often, what was blocked, what it cost."),
    ("alert", "Alerts: list, show, review, resolve, dismiss, assign, note."),
    ("oauth", "People sign in at proxies: enable, disable, clients, sessions, revoke."),
    ("tool", "Tools of MCP servers and agents' cards: list, show, approve, disable."),
    ("provider", "Identity providers: add, list, test, remove, and their rules."),
    ("key", "API keys of this gateway: create, list, revoke, rotate."),
    ("policy", "Policies: what may pass, their versions, where they hold."),
    ("exception", "Exceptions from rules: add, list, revoke."),
    ("limit", "Rate limits of groups, users, keys and proxies: set, list, remove."),
    ("budget", "Budgets of groups, users, keys, proxies and the gateway: set, list, reset, remove."),
    ("audit", "What happened, as JSON Lines or CSV."),
    ("scan", "What would be found in a text, and what it would score."),
    ("settings", "Settings: list, read, change."),
)
