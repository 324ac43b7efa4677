-- Views for people: BI tools, notebooks, psql. Drills and canaries (test) are in none of them.
-- "Now" is the time of the newest reading, not the clock on the wall: a world that was replayed
-- into the database is looked at as of its own end.

CREATE VIEW v_as_of AS
SELECT coalesce(
    greatest((SELECT max(known_time) FROM heat), (SELECT max(known_time) FROM alerts)), now()
) AS as_of;
COMMENT ON VIEW v_as_of IS 'what "now" means in the other views: the time of the newest reading or alert';
COMMENT ON COLUMN v_as_of.as_of IS 'the wall clock where there is no reading yet';

CREATE VIEW v_top_now AS
SELECT rank() OVER (ORDER BY heat DESC) AS rank,
       entity_id, entity_name, entity_type, heat, display, velocity_z, detection_score, spread,
       affect, freshness, mentions, episode_state, label, known_time AS read_at
FROM (
    SELECT DISTINCT ON (entity_id) *
    FROM heat
    WHERE known_time > (SELECT as_of - interval '1 hour' FROM v_as_of) AND NOT test
    ORDER BY entity_id, known_time DESC, tick DESC, id
) AS latest;
COMMENT ON VIEW v_top_now IS 'the latest reading of each entity in the last hour, hottest first';
COMMENT ON COLUMN v_top_now.rank IS '1 is the hottest; equal heat, equal rank';
COMMENT ON COLUMN v_top_now.heat IS '[0, 2.5]: 0.5 velocity + 0.3 spread + 0.2 affect, times freshness';
COMMENT ON COLUMN v_top_now.display IS 'heat on a scale of 0 to 100';
COMMENT ON COLUMN v_top_now.velocity_z IS 'the last 12 hours against the 7 days before, in standard deviations; capped at 4';
COMMENT ON COLUMN v_top_now.detection_score IS 'uncapped; what ranks and gates';
COMMENT ON COLUMN v_top_now.mentions IS 'counted in the last 12 hours, trade press left out';
COMMENT ON COLUMN v_top_now.episode_state IS 'quiet, building, open, confirmed, cooling or retracted';
COMMENT ON COLUMN v_top_now.label IS 'why it is held to another bar, such as a scheduled event';
COMMENT ON COLUMN v_top_now.read_at IS 'the poll of the reading';

CREATE VIEW v_entity_timeline AS
SELECT entity_id, hour, max(entity_name) AS entity_name,
       sum(mentions)::bigint AS mentions,
       sum(social)::bigint AS social, sum(search)::bigint AS search, sum(video)::bigint AS video,
       sum(reference)::bigint AS reference, sum(news)::bigint AS news,
       sum(charts)::bigint AS charts, sum(trade)::bigint AS trade,
       avg(avg_heat) AS avg_heat, max(max_heat) AS max_heat, max(max_display) AS max_display,
       string_agg(told, ', ' ORDER BY told) AS told
FROM (
    SELECT entity_id, hour, max(entity_name) AS entity_name,
           sum(mentions) FILTER (WHERE source_type <> 'trade') AS mentions,
           sum(mentions) FILTER (WHERE source_type = 'social') AS social,
           sum(mentions) FILTER (WHERE source_type = 'search') AS search,
           sum(mentions) FILTER (WHERE source_type IN ('video', 'short-video')) AS video,
           sum(mentions) FILTER (WHERE source_type = 'reference') AS reference,
           sum(mentions) FILTER (WHERE source_type = 'news') AS news,
           sum(mentions) FILTER (WHERE source_type = 'charts') AS charts,
           sum(mentions) FILTER (WHERE source_type = 'trade') AS trade,
           NULL::float8 AS avg_heat, NULL::float8 AS max_heat, NULL::float8 AS max_display,
           NULL::text AS told
    FROM hourly_mentions
    GROUP BY entity_id, hour
    UNION ALL
    SELECT entity_id, date_trunc('hour', known_time, 'UTC'), max(entity_name),
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           avg(heat), max(heat), max(display), NULL
    FROM heat WHERE NOT test
    GROUP BY 1, 2
    UNION ALL
    SELECT entity_id, date_trunc('hour', known_time, 'UTC'), max(entity_name),
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, string_agg(DISTINCT kind, ', ')
    FROM alerts WHERE NOT test
    GROUP BY 1, 2
) AS told_by
GROUP BY entity_id, hour;
COMMENT ON VIEW v_entity_timeline IS 'an entity hour by hour: mentions by source type, heat, and steps of alerts; ask for one entity_id';
COMMENT ON COLUMN v_entity_timeline.hour IS 'its first moment, of known_time';
COMMENT ON COLUMN v_entity_timeline.mentions IS 'all but trade; spam and copies too; null where there are none';
COMMENT ON COLUMN v_entity_timeline.video IS 'video and short video';
COMMENT ON COLUMN v_entity_timeline.trade IS 'of the trade press, which counts in nothing else';
COMMENT ON COLUMN v_entity_timeline.avg_heat IS 'mean of the readings of the hour; null where there are none';
COMMENT ON COLUMN v_entity_timeline.told IS 'steps of alerts in this hour, such as opened';

CREATE VIEW v_source_health AS
WITH calls AS (
    SELECT source,
           count(*) FILTER (WHERE operation <> 'cache-hit') AS calls,
           count(*) FILTER (WHERE operation = 'cache-hit') AS cache_hits,
           count(*) FILTER (WHERE operation = 'failed') AS failed,
           count(*) FILTER (WHERE operation IN ('throttled', 'refused')) AS held_back,
           sum(mentions)::bigint AS mentions,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms)
               FILTER (WHERE operation = 'fetch') AS median_ms
    FROM audit
    WHERE known_time > (SELECT max(known_time) FROM audit) - interval '24 hours' AND NOT test
    GROUP BY source
), states AS (
    SELECT DISTINCT ON (source) *
    FROM health
    WHERE NOT test
    ORDER BY source, known_time DESC, id
)
SELECT source, states.source_type, states.state, states.reason, states.known_time AS told_at,
       states.last_success, states.next_poll, states.consecutive_failures,
       coalesce(calls.calls, 0) AS calls, coalesce(calls.cache_hits, 0) AS cache_hits,
       coalesce(calls.failed, 0) AS failed, coalesce(calls.held_back, 0) AS held_back,
       calls.failed::float8 / nullif(calls.calls, 0) AS failed_share,
       coalesce(calls.mentions, 0) AS mentions, calls.median_ms
FROM states FULL JOIN calls USING (source);
COMMENT ON VIEW v_source_health IS 'each source: how it last said it was, and its calls in the 24 hours before the newest call of any';
COMMENT ON COLUMN v_source_health.state IS 'ok, degraded, down or disabled; null when it never said';
COMMENT ON COLUMN v_source_health.told_at IS 'when it said so';
COMMENT ON COLUMN v_source_health.calls IS 'that went out or should have: all but answers from our own cache';
COMMENT ON COLUMN v_source_health.held_back IS 'not made: throttled upstream, or refused by our limits';
COMMENT ON COLUMN v_source_health.failed_share IS 'failed over calls; null without any call';
COMMENT ON COLUMN v_source_health.mentions IS 'raw mentions found in the answers';
COMMENT ON COLUMN v_source_health.median_ms IS 'of fetches that brought something new';

CREATE VIEW v_budget_month AS
SELECT left("window", 7) AS month, source, unit, count(*) AS windows,
       sum(ceiling) AS ceiling, sum(settled) AS settled, sum(reserved) AS reserved,
       sum(settled) / nullif(sum(ceiling), 0) AS share,
       greatest(sum(ceiling) - sum(settled) - sum(reserved), 0) AS left_over,
       count(*) FILTER (WHERE state = 'exhausted') AS exhausted, max(known_time) AS told_at
FROM (
    SELECT DISTINCT ON (source, unit, "window") *
    FROM budget
    WHERE NOT test
    ORDER BY source, unit, "window", known_time DESC, settled DESC, id
) AS latest
GROUP BY 1, 2, 3;
COMMENT ON VIEW v_budget_month IS 'what each source has spent of its limits, by month of the provider''s own time zone';
COMMENT ON COLUMN v_budget_month.month IS 'such as 2026-11';
COMMENT ON COLUMN v_budget_month.unit IS 'requests, units, credits or usd';
COMMENT ON COLUMN v_budget_month.windows IS 'limits in the month: 1 for a monthly one, days for a daily one';
COMMENT ON COLUMN v_budget_month.ceiling IS 'of the windows that were used, added up';
COMMENT ON COLUMN v_budget_month.reserved IS 'promised to calls that were under way';
COMMENT ON COLUMN v_budget_month.share IS 'settled over ceiling';
COMMENT ON COLUMN v_budget_month.exhausted IS 'windows in which nothing is left';

CREATE VIEW v_alerts_with_votes AS
SELECT now.alert_id, opened.opened_at, now.known_time AS updated_at, now.kind AS state, now.step,
       now.entity_id, now.entity_name, now.entity_type, now.headline, now.heat, now.display,
       now.velocity_z, now.spread_types, now.affect, now.confidence, now.mentions, now.label,
       coalesce(votes.useful, 0) AS useful_votes,
       coalesce(votes.not_useful, 0) AS other_votes,
       CASE WHEN votes.useful > votes.not_useful THEN 'useful'
            WHEN votes.useful < votes.not_useful THEN 'not useful'
            WHEN votes.useful IS NOT NULL THEN 'split' END AS verdict,
       coalesce(deeds.assigned, 0) AS assigned, coalesce(deeds.others, 0) AS other_actions
FROM alert_now AS now
JOIN (
    SELECT alert_id, min(known_time) AS opened_at FROM alerts GROUP BY alert_id
) AS opened USING (alert_id)
LEFT JOIN (
    SELECT alert_id, count(*) FILTER (WHERE attributes ->> 'vote' = 'useful') AS useful,
           count(*) FILTER (WHERE attributes ->> 'vote' IS DISTINCT FROM 'useful') AS not_useful
    FROM vote_now WHERE NOT test GROUP BY alert_id
) AS votes USING (alert_id)
LEFT JOIN (
    SELECT alert_id, count(*) FILTER (WHERE action = 'assign') AS assigned,
           count(*) FILTER (WHERE action NOT IN ('assign', 'vote')) AS others
    FROM actions WHERE NOT test GROUP BY alert_id
) AS deeds USING (alert_id)
WHERE NOT now.test;
COMMENT ON VIEW v_alerts_with_votes IS 'each alert as it stands, and what people made of it';
COMMENT ON COLUMN v_alerts_with_votes.state IS 'its last step: opened, updated, confirmed, cooled or retracted';
COMMENT ON COLUMN v_alerts_with_votes.confidence IS 'calibrated chance that it holds; null without a basis';
COMMENT ON COLUMN v_alerts_with_votes.useful_votes IS 'people whose last vote was useful';
COMMENT ON COLUMN v_alerts_with_votes.other_votes IS 'people whose last vote was anything else';
COMMENT ON COLUMN v_alerts_with_votes.verdict IS 'of the majority; null without a vote';
COMMENT ON COLUMN v_alerts_with_votes.other_actions IS 'rundown cards, promos, research packs, snoozes and mutes';

CREATE VIEW v_lead_times AS
SELECT alert_id, opened_at, entity_id, entity_name, headline, outlet, trade_title, trade_url,
       trade_time, lead_hours,
       CASE WHEN lead_hours >= 2 THEN 'early'
            WHEN lead_hours > 0 THEN 'close'
            WHEN trade_time IS NOT NULL THEN 'echo'
            WHEN opened_at > (SELECT as_of FROM v_as_of) - interval '72 hours' THEN 'pending'
            ELSE 'none' END AS outcome
FROM (
    SELECT now.alert_id, opened.opened_at, now.entity_id, now.entity_name, now.headline,
           now.trade ->> 'outlet' AS outlet, now.trade ->> 'title' AS trade_title,
           now.trade ->> 'url' AS trade_url,
           to_timestamp((now.trade ->> 'event_time')::float8 / 1000) AS trade_time,
           (now.trade ->> 'lead_ms')::float8 / 3600000 AS lead_hours
    FROM alert_now AS now
    JOIN (
        SELECT alert_id, min(known_time) AS opened_at FROM alerts GROUP BY alert_id
    ) AS opened USING (alert_id)
    WHERE NOT now.test
) AS alert;
COMMENT ON VIEW v_lead_times IS 'each alert against the first trade item on its story';
COMMENT ON COLUMN v_lead_times.lead_hours IS 'positive when we were first; null when no trade has it, or had it before there was an alert';
COMMENT ON COLUMN v_lead_times.trade_time IS 'when the trade says it published';
COMMENT ON COLUMN v_lead_times.outcome IS 'early: by 2 hours and more; close: by less; echo: the trade had it first; pending: under 72 hours old; none: nobody took it up, or the feed was down';

CREATE VIEW v_kpi_daily AS
SELECT date_trunc('day', lead.opened_at, 'UTC') AS day,
       count(*) AS alerts,
       count(*) FILTER (WHERE outcome = 'early') AS early,
       count(*) FILTER (WHERE outcome = 'close') AS close,
       count(*) FILTER (WHERE outcome = 'echo') AS echo,
       count(*) FILTER (WHERE outcome = 'pending') AS pending,
       count(*) FILTER (WHERE outcome = 'none') AS no_pickup,
       count(*) FILTER (WHERE outcome = 'early')::float8
           / nullif(count(*) FILTER (WHERE outcome <> 'pending'), 0) AS early_share,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY lead_hours) AS median_lead_hours,
       count(lead_hours) AS with_lead,
       count(verdict) AS voted,
       count(*) FILTER (WHERE verdict = 'useful') AS useful,
       count(*) FILTER (WHERE verdict = 'useful')::float8 / nullif(count(verdict), 0) AS useful_share,
       count(*) FILTER (WHERE state = 'retracted') AS retracted
FROM v_lead_times AS lead JOIN v_alerts_with_votes USING (alert_id)
GROUP BY 1;
COMMENT ON VIEW v_kpi_daily IS 'alerts by the day, in UTC, on which they opened; heat kpis adds chance, intervals and the back-check';
COMMENT ON COLUMN v_kpi_daily.day IS 'its first moment, in UTC';
COMMENT ON COLUMN v_kpi_daily.early IS 'ahead of the trade press by 2 hours and more';
COMMENT ON COLUMN v_kpi_daily.echo IS 'a trade had it first';
COMMENT ON COLUMN v_kpi_daily.early_share IS 'of those that are settled: not pending. Random times reach some share too, see heat kpis';
COMMENT ON COLUMN v_kpi_daily.median_lead_hours IS 'of those that a trade took up after the alert or before it; with_lead says how many';
COMMENT ON COLUMN v_kpi_daily.useful_share IS 'useful over voted; null without a vote';
COMMENT ON COLUMN v_kpi_daily.retracted IS 'taken back by ourselves';
