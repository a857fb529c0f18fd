WITH told AS (
  SELECT _time, _received_at, _shard, _offset, user_id, type, media_source, currency, price, quantity,
    lag(_time) OVER (PARTITION BY event_id ORDER BY _time, _received_at, _shard, _offset) AS copied_from
  FROM events
  WHERE _time >= {midnight-2} - INTERVAL 30 MINUTES AND _time < {midnight+1}),
once AS (
  SELECT *, day_of(_time) AS day_of
  FROM told
  WHERE (copied_from IS NULL OR micros_of(_time) - micros_of(copied_from) >= 86400000000)
    AND _time >= {midnight-1} - INTERVAL 30 MINUTES),
follows AS (
  SELECT *, lag(_time) OVER (PARTITION BY user_id ORDER BY _time, _received_at, _shard, _offset) AS previous
  FROM once),
paused AS (
  SELECT *, previous IS NULL OR micros_of(_time) - micros_of(previous) > 1800000000 AS paused
  FROM follows),
paused_on AS (
  SELECT *, max(CASE WHEN paused THEN day_of END) OVER (
    PARTITION BY user_id ORDER BY _time, _received_at, _shard, _offset
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS pause_day
  FROM paused),
starts AS (
  SELECT *, paused OR coalesce(day_of <> day_of(previous) AND pause_day < day_of(previous), false) AS starts,
    try_cast(price AS DECIMAL(18,4)) * try_cast(coalesce(quantity, 1) AS DECIMAL(10,0)) AS amount
  FROM paused_on
  WHERE day_of = {day})
SELECT day_of AS day, user_id, count(*) AS events,
  count(*) FILTER (WHERE starts) AS sessions,
  count(*) FILTER (WHERE type = 'view') AS views,
  count(*) FILTER (WHERE type = 'add_to_cart') AS carts,
  count(*) FILTER (WHERE type = 'purchase') AS purchases,
  count(*) FILTER (WHERE type = 'refund') AS refunds,
  CAST(coalesce(sum(amount) FILTER (WHERE type = 'purchase'), 0) AS DECIMAL(38,4)) AS revenue,
  CAST(coalesce(sum(amount) FILTER (WHERE type = 'refund'), 0) AS DECIMAL(38,4)) AS refunded,
  min(_time) AS first_at, max(_time) AS last_at,
  min_by(media_source, {row}(_time, _received_at, _shard, _offset)) FILTER (WHERE media_source IS NOT NULL)
    AS first_media_source,
  max_by(media_source, {row}(_time, _received_at, _shard, _offset)) FILTER (WHERE media_source IS NOT NULL)
    AS last_media_source
FROM starts
GROUP BY day_of, user_id
