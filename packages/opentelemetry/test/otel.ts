import { context, metrics, propagation, trace, type Attributes } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics'
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'

/** An SDK that keeps what it is given. */
export class MemoryOtel {
  readonly spans = new InMemorySpanExporter()
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: this.#metrics,
    exportIntervalMillis: 3_600_000,
  })
  readonly meters = new MeterProvider({ readers: [this.#reader] })

  /** Makes it the global one. */
  register(): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: this.spans })] }),
    )
    metrics.setGlobalMeterProvider(this.meters)
  }

  /** Takes back what `register` did. */
  unregister(): void {
    for (const api of [context, trace, metrics, propagation]) api.disable()
  }

  /** The counted failures: the attributes of each series, and its count. */
  async counted(): Promise<(readonly [Attributes, number])[]> {
    this.#metrics.reset()
    await this.#reader.forceFlush()
    const found = this.#metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
    const errors = found
      .flatMap(({ metrics: all }) => all)
      .filter(({ descriptor }) => descriptor.name === 'faultline.errors')
    return (errors as SumMetricData[]).flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [attributes, value] as const),
    )
  }
}
