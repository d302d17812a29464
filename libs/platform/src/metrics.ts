import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One process's Prometheus metrics. A name asked for twice is the same metric: four apps may share one process. */
export class Metrics {
  private readonly registry = new Registry();

  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return (
      (this.registry.getSingleMetric(name) as Counter | undefined) ??
      new Counter({ name, help, labelNames, registers: [this.registry] })
    );
  }

  gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return (
      (this.registry.getSingleMetric(name) as Gauge | undefined) ??
      new Gauge({ name, help, labelNames, registers: [this.registry] })
    );
  }

  /** @param buckets upper bounds in seconds */
  histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return (
      (this.registry.getSingleMetric(name) as Histogram | undefined) ??
      new Histogram({ name, help, labelNames, buckets, registers: [this.registry] })
    );
  }

  private readonly collectors: (() => Promise<void>)[] = [];

  /** Runs before each scrape: how figures that live in the database get in, exact across restarts. */
  onScrape(collect: () => Promise<void>): void {
    this.collectors.push(collect);
  }

  async text(): Promise<string> {
    await Promise.all(this.collectors.map((collect) => collect()));
    return this.registry.metrics();
  }
}

/** Joins the texts of several processes: one HELP and TYPE a family, its samples together. */
export function mergeMetrics(texts: string[]): string {
  const families = new Map<string, { head: string[]; samples: string[] }>();
  for (const text of texts) {
    let family = '';
    for (const line of text.split('\n')) {
      if (!line.trim()) continue;
      const named = /^# (?:HELP|TYPE) (\S+)/.exec(line);
      if (named) family = named[1]!;
      const entry = families.get(family) ?? { head: [], samples: [] };
      families.set(family, entry);
      const list = named ? entry.head : entry.samples;
      if (!named || !list.includes(line)) list.push(line);
    }
  }
  return `${[...families.values()].map(({ head, samples }) => [...head, ...samples].join('\n')).join('\n\n')}\n`;
}
