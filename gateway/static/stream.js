// Keeps the page in step with the gateway: the list first, then the stream from its cursor.

const PAUSES = [1000, 2000, 5000, 10000];

export class Link {
  constructor(state, query, on) {
    this.state = state;
    this.query = query;
    this.on = on;
    this.failures = 0;
    this.run = 0;
  }

  // Load anew and listen on; whatever was under way before is given up.
  async restart() {
    const run = ++this.run;
    this.source?.close();
    clearTimeout(this.timer);
    try {
      const [trends, alerts] = await Promise.all([
        ask("/trends/intelligent", { limit: 60, ...this.query() }),
        ask("/alerts", { limit: 60, ...this.query() }),
      ]);
      if (run !== this.run) return;
      this.state.load(trends, alerts);
      this.on.loaded();
      if (trends.ready) this.listen(run);
      else this.later(run, "starting");
    } catch {
      if (run === this.run) this.later(run, "offline");
    }
  }

  later(run, connection) {
    this.on.connection(connection);
    const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)];
    this.timer = setTimeout(() => run === this.run && this.restart(), pause);
  }

  listen(run) {
    const query = new URLSearchParams({ cursor: Math.max(0, this.state.seq), ...this.query() });
    if (this.state.seq < 0) query.set("cursor", "earliest");
    const source = new EventSource(`/trends/sse?${query}`);
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      this.on.connection("live");
    };
    source.onmessage = (message) => this.on.event(JSON.parse(message.data));
    source.onerror = () => {
      if (run !== this.run) return;
      // A closed source was refused (the cursor may be too old): begin again with the list.
      if (source.readyState === EventSource.CLOSED) this.later(run, "reconnecting");
      else this.on.connection("reconnecting");
    };
  }
}

export async function ask(path, query = {}) {
  const words = new URLSearchParams(query).toString();
  const answer = await fetch(words ? `${path}?${words}` : path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.json();
}
