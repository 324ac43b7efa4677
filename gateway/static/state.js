// What the page knows: entities and alerts, folded from the list and then from the stream.

const WEIGHT = { velocity: 0.5, spread: 0.3, affect: 0.2 };
const POINTS = 48;
const ALERTS = 60;

export class State {
  constructor() {
    this.clear();
    this.parts = { velocity: true, spread: true, affect: true };
  }

  clear() {
    this.rows = new Map();
    this.alerts = new Map();
    this.asOf = null;
    this.seq = -1;
    this.ready = false;
    this.simulated = false;
    this.clockSpeed = 1;
  }

  load(trends, alerts) {
    this.clear();
    for (const row of trends.items) this.rows.set(row.entity_id, row);
    for (const alert of alerts.items) this.alerts.set(alert.alert_id, alert);
    this.asOf = trends.as_of ? Date.parse(trends.as_of) : null;
    this.seq = Math.min(trends.seq, alerts.seq);
    this.ready = trends.ready;
    this.simulated = trends.simulated;
    this.clockSpeed = trends.clock_speed;
  }

  // True when the event changed something. Events may be told twice: fold by tick and step.
  fold(event) {
    const record = event.data;
    this.asOf = Math.max(this.asOf ?? 0, record.known_time);
    if (record.test) return false;
    this.simulated = this.simulated || record.simulated;
    return event.kind === "heat" ? this.foldHeat(record) : this.foldAlert(record);
  }

  foldHeat(heat) {
    const before = this.rows.get(heat.entity_id);
    if (before && before.tick >= heat.tick) return false;
    const history = [...(before?.history ?? []), [heat.known_time, heat.display]].slice(-POINTS);
    this.rows.set(heat.entity_id, { ...heat, history, alert: before?.alert ?? null, fresh: true });
    return true;
  }

  foldAlert(alert) {
    const before = this.alerts.get(alert.alert_id);
    const steps = before ? [...before.steps] : [];
    if (steps.some((step) => step.step === alert.step)) return false;
    steps.push(alert);
    steps.sort((a, b) => a.step - b.step);
    const latest = before && before.step > alert.step ? before : alert;
    this.alerts.set(alert.alert_id, { ...latest, steps, fresh: !before });
    return true;
  }

  // What each component adds to heat; they sum to it.
  shares(row) {
    return {
      velocity: WEIGHT.velocity * row.velocity_z * row.freshness,
      spread: WEIGHT.spread * row.spread * row.freshness,
      affect: WEIGHT.affect * row.affect * row.freshness,
    };
  }

  score(row) {
    const { velocity, spread, affect } = this.parts;
    if (velocity && spread && affect) return row.heat;
    const shares = this.shares(row);
    return Object.keys(shares).reduce((sum, part) => sum + (this.parts[part] ? shares[part] : 0), 0);
  }

  top(count) {
    const oldest = (this.asOf ?? 0) - 24 * 3600000;
    const rows = [...this.rows.values()].filter((r) => r.heat > 0 && r.known_time >= oldest);
    const scored = rows.map((row) => [this.score(row), row]);
    scored.sort((a, b) => b[0] - a[0] || (a[1].entity_id < b[1].entity_id ? -1 : 1));
    return scored.slice(0, count).map(([, row]) => row);
  }

  latestAlerts() {
    const alerts = [...this.alerts.values()];
    alerts.sort((a, b) => b.known_time - a.known_time || (a.alert_id < b.alert_id ? -1 : 1));
    return alerts.slice(0, ALERTS);
  }
}
