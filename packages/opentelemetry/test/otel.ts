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

/** An SDK that keeps spans and metrics in memory. */
export class MemoryOtel {
  readonly spans = new InMemorySpanExporter()
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: this.#metrics,
    exportIntervalMillis: 3_600_000,
  })
  readonly meters = new MeterProvider({ readers: [this.#reader] })

  /** Registers it globally. */
  register(): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: this.spans })] }),
    )
    metrics.setGlobalMeterProvider(this.meters)
  }

  /** Undoes `register`. */
  unregister(): void {
    for (const api of [context, trace, metrics, propagation]) api.disable()
  }

  /** Returns the attributes and the count of each series of the metric. */
  async readCounts(): Promise<(readonly [Attributes, number])[]> {
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
