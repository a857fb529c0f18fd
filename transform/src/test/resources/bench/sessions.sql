WITH told AS (
  SELECT _time, _received_at, _shard, _offset, user_id, type, page, media_source, currency, price, quantity,
    lag(_time) OVER (PARTITION BY event_id ORDER BY _time, _received_at, _shard, _offset) AS copied_from
  FROM events
  WHERE _time >= {midnight-2} - INTERVAL 30 MINUTES AND _time < {midnight+2}),
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
  SELECT *, paused OR coalesce(day_of <> day_of(previous) AND pause_day < day_of(previous), false) AS starts
  FROM paused_on),
numbered AS (
  SELECT *, sum(CASE WHEN starts THEN 1 ELSE 0 END) OVER (
    PARTITION BY user_id ORDER BY _time, _received_at, _shard, _offset
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session
  FROM starts),
visits AS (
  SELECT min(day_of) AS day, user_id, min(_time) AS started_at, max(_time) AS ended_at,
    count(*) AS events, count(DISTINCT page) AS pages,
    max(CASE WHEN starts THEN media_source END) AS media_source,
    bool_or(type = 'purchase') AS bought,
    coalesce(sum(CASE WHEN type = 'purchase' THEN
      try_cast(price AS DECIMAL(18,4)) * try_cast(coalesce(quantity, 1) AS DECIMAL(10,0)) END), 0) AS revenue,
    min(CASE WHEN type = 'purchase' THEN currency END) AS least,
    max(CASE WHEN type = 'purchase' THEN currency END) AS greatest
  FROM numbered
  GROUP BY user_id, session)
SELECT day, user_id,
  substring({sha}concat_ws(' ', micros_of(started_at), user_id){/sha}, 1, 32) AS session_id,
  started_at, ended_at, events, pages, media_source, bought,
  CAST(revenue AS DECIMAL(38,4)) AS revenue,
  CASE WHEN least = greatest THEN least END AS currency
FROM visits
WHERE day = {day}
