"""MIGRATIONS: every step of the schema, oldest first; once released, a step is never changed."""

from gateway_desktop.store.migrations import (
    m0001_initial,
    m0002_policies,
    m0003_oauth,
    m0004_alerts,
    m0005_stdio,
    m0006_upstream_oauth,
    m0007_identity_providers,
    m0008_admission,
    m0009_tool_pins,
    m0010_rate_limits,
    m0011_keys_and_claude,
    m0012_budgets,
    m0013_seals,
    m0014_sinks,
    m0015_model_prices,
    m0016_sizes,
)

MIGRATIONS = (
    m0001_initial,
    m0002_policies,
    m0003_oauth,
    m0004_alerts,
    m0005_stdio,
    m0006_upstream_oauth,
    m0007_identity_providers,
    m0008_admission,
    m0009_tool_pins,
    m0010_rate_limits,
    m0011_keys_and_claude,
    m0012_budgets,
    m0013_seals,
    m0014_sinks,
    m0015_model_prices,
    m0016_sizes,
)
