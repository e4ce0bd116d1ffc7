/*
 * OpenTelemetry: a span for the upgrade, and in it one for each step and each time it waits. The library publishes what happens
 * on channels of node:diagnostics_channel, so it needs no dependency, and costs nothing while no one listens.
 *
 *   node examples/19-opentelemetry.ts
 */
import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { context, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Schema, type Progress, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

// The recipe: copy it, and register the provider and exporter of your application.

/** The span of an upgrade, and the one that is open in it: a step, or waiting. */
const open = new Map<string, { readonly upgrade: Span; part?: Span | undefined; name?: string | undefined }>();

function begin(guid: string, name: string, attributes: Record<string, string | number> = {}): void {
  const spans = open.get(guid);
  // Waiting is reported several times a second.
  if (!spans || spans.name === name) return;
  spans.part?.end();
  const parent = trace.setSpan(context.active(), spans.upgrade);
  spans.part = trace.getTracer('mikro-orm-dejavu').startSpan(name, { attributes }, parent);
  spans.name = name;
}

function end(guid: string, error?: unknown): void {
  const spans = open.get(guid);
  if (spans?.part && error) fail(spans.part, error);
  spans?.part?.end();
  if (spans) [spans.part, spans.name] = [undefined, undefined];
}

function fail(span: Span, error: unknown): void {
  span.recordException(error as Error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
}

subscribe('mikro-orm-dejavu:waiting', message => {
  const { guid, holder } = message as Extract<Progress, { type: 'waiting' }>;
  begin(guid, 'waiting', { holder: holder?.host ?? 'unknown' });
});
subscribe('mikro-orm-dejavu:installing', message => {
  const { guid, version } = message as Extract<Progress, { type: 'installing' }>;
  begin(guid, 'install', { version });
});
subscribe('mikro-orm-dejavu:step', message => {
  const progress = message as Extract<Progress, { type: 'started' | 'finished' }>;
  if (progress.type === 'started') begin(progress.guid, progress.method, { version: progress.version });
  else end(progress.guid);
});
subscribe('mikro-orm-dejavu:failed', message => {
  const { guid, error } = message as { guid: string; error: unknown };
  end(guid, error);
});

/** Calls `upgrade()` in a span. */
async function tracedUpgrade(schema: Schema): Promise<void> {
  const { guid } = schema;
  const upgrade = trace.getTracer('mikro-orm-dejavu').startSpan('upgrade', { attributes: { guid } });
  open.set(guid, { upgrade });
  try {
    const { outcome, to } = await schema.upgrade();
    upgrade.setAttributes({ outcome, version: to });
  } catch (error) {
    fail(upgrade, error);
    throw error;
  } finally {
    end(guid);
    open.delete(guid);
    upgrade.end();
  }
}

// The application.

const exporter = new InMemorySpanExporter(); // yours: OTLPTraceExporter
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));

const animal = () => defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

class ZooSchema3 extends ZooSchema {
  override readonly latest: number = 3;

  upgradeTo_2 = (step: Step) => step.execute(`insert into animal (name) values ('Otto')`);
  upgradeTo_3 = (step: Step) => step.execute('select mistake from animal');
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-opentelemetry-'));
const connect = () => MikroORM.init({ entities: [animal()], dbName: join(folder, 'zoo.db') });
const [first, second, elsewhere] = [await connect(), await connect(), await connect()];
try {
  await tracedUpgrade(new ZooSchema(first));

  // Another program holds the database until we wait for it.
  const other = elsewhere.em.fork();
  await other.begin();
  await other.execute(`insert into animal (name) values ('Bo')`);
  subscribe('mikro-orm-dejavu:waiting', () => void (other.isInTransaction() && other.rollback()));
  await tracedUpgrade(new ZooSchema3(second)).catch(() => {});

  const spans = exporter.getFinishedSpans();
  const nameOf = new Map(spans.map(span => [span.spanContext().spanId, span.name]));
  for (const { name, parentSpanContext, status, events, attributes } of spans) {
    const parent = parentSpanContext && nameOf.get(parentSpanContext.spanId);
    const failed = status.code === SpanStatusCode.ERROR ? `, ${events[0]?.name}` : '';
    const version = attributes['version'] === undefined ? '' : ` ${String(attributes['version'])}`;
    console.log(`${parent ? `${parent} > ` : ''}${name}${version}${failed}`);
  }
} finally {
  await Promise.all([first, second, elsewhere].map(orm => orm.close()));
  rmSync(folder, { recursive: true });
}
