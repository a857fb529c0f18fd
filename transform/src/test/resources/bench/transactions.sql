WITH told AS (
  SELECT _time, _received_at, _shard, _offset, event_id, user_id, type, order_id, currency,
    try_cast(price AS DECIMAL(18,4)) * try_cast(coalesce(quantity, 1) AS DECIMAL(10,0)) AS amount,
    coalesce(try_cast(coalesce(quantity, 1) AS DECIMAL(10,0)), 1) AS pieces,
    lag(_time) OVER (PARTITION BY event_id ORDER BY _time, _received_at, _shard, _offset) AS copied_from
  FROM events
  WHERE type IN ('purchase', 'refund') AND _time >= {midnight-3} AND _time < {midnight+31}),
once AS (
  SELECT *, day_of(_time) AS day_of
  FROM told
  WHERE (copied_from IS NULL OR micros_of(_time) - micros_of(copied_from) >= 86400000000)
    AND _time >= {midnight-2}),
purchases AS (
  SELECT coalesce(order_id, event_id) AS order_id, day_of,
    min_by(user_id, {row}(_time, _received_at, _shard, _offset)) AS user_id,
    sum(pieces) AS items, coalesce(sum(amount), 0) AS gross,
    min(currency) AS least, max(currency) AS greatest, min(_time) AS purchased_at
  FROM once
  WHERE type = 'purchase'
  GROUP BY coalesce(order_id, event_id), day_of),
before AS (
  SELECT *,
    coalesce(lag(day_of, 1) OVER (PARTITION BY order_id ORDER BY day_of) = day_of - 1, false) AS yesterday,
    coalesce(lag(day_of, 2) OVER (PARTITION BY order_id ORDER BY day_of) = day_of - 2, false) AS two_days_ago
  FROM purchases),
joined AS (
  SELECT *, CASE WHEN yesterday AND NOT two_days_ago THEN day_of - 1 ELSE day_of END AS day
  FROM before),
orders AS (
  SELECT order_id, day, min_by(user_id, day_of) AS user_id, sum(items) AS items, sum(gross) AS gross,
    min(least) AS least, max(greatest) AS greatest, min(purchased_at) AS purchased_at
  FROM joined
  GROUP BY order_id, day),
rows_of_order AS (
  SELECT *, lead(day) OVER (PARTITION BY order_id ORDER BY day) AS next_day
  FROM orders),
refunds AS (
  SELECT order_id AS of_order, day_of AS refunded_on, coalesce(sum(amount), 0) AS amount
  FROM once
  WHERE type = 'refund' AND day_of >= {day}
  GROUP BY order_id, day_of),
netted AS (
  SELECT o.order_id, sum(r.amount) AS refunded
  FROM rows_of_order o JOIN refunds r
    ON r.of_order = o.order_id AND (o.next_day IS NULL OR r.refunded_on < o.next_day)
  WHERE o.day = {day}
  GROUP BY o.order_id)
SELECT o.day, o.order_id, o.user_id, CAST(o.items AS BIGINT) AS items,
  CAST(o.gross AS DECIMAL(38,4)) AS gross,
  CAST(coalesce(n.refunded, 0) AS DECIMAL(38,4)) AS refunded,
  CAST(o.gross - coalesce(n.refunded, 0) AS DECIMAL(38,4)) AS net,
  CASE WHEN o.least = o.greatest THEN o.least END AS currency,
  o.purchased_at
FROM rows_of_order o LEFT JOIN netted n ON n.order_id = o.order_id
WHERE o.day = {day}
