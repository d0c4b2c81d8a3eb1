/** Reads the answer to an analysis query: one Arrow record batch, with JSON in its metadata. */
import { tableFromIPC } from '@uwdata/flechette'

export type TypedArray =
  Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** Numbers with a shape; row-major. */
export interface Tensor {
  data: TypedArray
  shape: number[]
}

export interface Measure {
  meta: Record<string, unknown>
  arrays: Record<string, Tensor>
}

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
}

export type ViewAnswer = { measures: Record<string, Measure> } | { error: Problem }

export interface Colour {
  column: string
  type: string
  /** Classes are runs of numbers, each told by its lowest and its highest value. */
  kind: 'values' | 'classes'
  labels: string[]
  /** The canonical values of each group; null for "other" and for missing values. */
  values: (string[] | null)[]
  counts: number[]
}

/** One row of `every` was looked at; the count of samples is right give or take `margin`, 95 of 100 times. */
export interface Sampling {
  every: number
  margin: number
}

export interface AnalysisAnswer {
  dataVersion: number
  counts: { rows: number; samples: number; total_rows: number; total_samples: number }
  steps: { filter_id: string; samples: number }[]
  colour: Colour | null
  views: Record<string, ViewAnswer>
  /** Null when every figure is exact; what a sample cannot answer is left out otherwise. */
  sampling: Sampling | null
}

interface Header {
  data_version: number
  counts: AnalysisAnswer['counts']
  steps: AnalysisAnswer['steps']
  colour: Colour | null
  sampling: Sampling | null
  views: Record<
    string,
    | { error: Problem }
    | {
        measures: Record<
          string,
          {
            meta: Record<string, unknown>
            arrays: Record<string, { column: string; shape: number[] }>
          }
        >
      }
  >
}

/** Decodes the bytes of `application/vnd.apache.arrow.stream`. */
export function decodeAnswer(bytes: ArrayBuffer): AnalysisAnswer {
  const table = tableFromIPC(new Uint8Array(bytes), { useProxy: false })
  const json = table.schema.metadata?.get('studio')
  if (json === undefined) throw new Error('The answer has no description.')
  const header = JSON.parse(json) as Header
  const views: Record<string, ViewAnswer> = {}
  for (const [id, view] of Object.entries(header.views)) {
    if ('error' in view) {
      views[id] = view
      continue
    }
    const measures: Record<string, Measure> = {}
    for (const [name, measure] of Object.entries(view.measures)) {
      const arrays: Record<string, Tensor> = {}
      for (const [key, { column, shape }] of Object.entries(measure.arrays)) {
        arrays[key] = { data: table.getChild(column)?.at(0) as TypedArray, shape }
      }
      measures[name] = { meta: measure.meta, arrays }
    }
    views[id] = { measures }
  }
  return {
    dataVersion: header.data_version,
    counts: header.counts,
    steps: header.steps,
    colour: header.colour,
    views,
    sampling: header.sampling,
  }
}
