"""The platform: starts containers, watches their pings, sends invocations through the chain."""
