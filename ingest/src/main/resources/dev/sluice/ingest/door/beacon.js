(function (w, d) {
  var s = d.currentScript, o = s.dataset, q = [], t = 0;
  var u = new URL(s.src).origin + '/v1/b/' + o.stream + '?key=' + encodeURIComponent(o.key);
  function id() {
    return w.crypto && crypto.randomUUID ? crypto.randomUUID()
      : Date.now().toString(36) + Math.random().toString(36).slice(2);
  }
  function visitor() {
    try {
      return localStorage.sluice || (localStorage.sluice = id());
    } catch (e) {
      return visitor.v || (visitor.v = id());
    }
  }
  function flush() {
    clearTimeout(t);
    t = 0;
    while (q.length) {
      var b = JSON.stringify(q.splice(0, 20));
      if (!(navigator.sendBeacon && navigator.sendBeacon(u, b)))
        fetch(u, {method: 'POST', body: b, keepalive: true}).catch(function () {});
    }
  }
  w.sluice = function (event) {
    var e = {}, n = o.id || 'event_id', m = o.time || 'event_time';
    e[n] = id();
    e[m] = new Date().toISOString();
    if (o.visitor) e[o.visitor] = visitor();
    for (var k in event) e[k] = event[k];
    q.push(e);
    if (q.length > 19) flush();
    else t = t || setTimeout(flush, 1000);
  };
  w.sluice.flush = flush;
  w.addEventListener('pagehide', flush);
  d.addEventListener('visibilitychange', function () {
    if (d.visibilityState == 'hidden') flush();
  });
})(window, document);
