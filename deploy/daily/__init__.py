"""The role of the long view: judges each day's alerts, and trains the forecast every week.

Owns when both are due. Refuses to own how: KPIs are computed in `streams.kpis`, as for backtests,
and tables are fitted in `streams.training`, as by hand. It keeps nothing: its topics tell what is
done.
"""
