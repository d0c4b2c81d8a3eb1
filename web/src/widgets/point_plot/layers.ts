/** Paints the marks of a point plot: the density of many rows, or single points. */
import type { Measure } from '../../api/arrow'
import { mixDensity } from '../../plot/density'
import { stampDot, stampOf, type Stamp } from '../../plot/dots'
import { arrayOf, shapeOf as shapeOfArray } from '../../plot/measures'
import { parseColour, type Palette } from '../../plot/palette'
import { ordered, type Interval, type Scale } from '../../plot/scale'
import { horizontalTicks, verticalTicks } from '../../plot/ticks'
import { holds, type Shape } from '../../plot/shapes'

export interface Plane {
  x: Scale
  y: Scale
}

/** The raster as an image, mixed anew only when its counts or colours change. */
export class DensityLayer {
  private image: HTMLCanvasElement | null = null
  private made: { measure: Measure; colours: string } | null = null

  /** Paints the raster where its window lies now; faint where the shape does not hold. */
  paint(
    context: CanvasRenderingContext2D,
    plane: Plane,
    measure: Measure,
    palette: Palette,
    shape: Shape,
    groundOnly: boolean,
  ): void {
    const image = this.mixed(measure, palette, groundOnly)
    if (!image) return
    const xs = windowOf(measure, 'x_window', plane.x)
    const ys = windowOf(measure, 'y_window', plane.y)
    const [left, right] = ordered([plane.x.place(xs[0]), plane.x.place(xs[1])])
    const [top, bottom] = ordered([plane.y.place(ys[0]), plane.y.place(ys[1])])
    const put = (): void => {
      context.drawImage(image, left, top, right - left, bottom - top)
    }
    context.save()
    clipTo(context, plane)
    context.imageSmoothingEnabled = false
    if (shape && !groundOnly) {
      context.globalAlpha = 0.4
      put()
      context.globalAlpha = 1
      clipToShape(context, plane, shape)
    }
    put()
    context.restore()
  }

  private mixed(measure: Measure, palette: Palette, groundOnly: boolean): HTMLCanvasElement | null {
    const colours = [...palette.groups, palette.ground, String(groundOnly)].join()
    if (this.made?.measure === measure && this.made.colours === colours) return this.image
    this.made = { measure, colours }
    const [groups = 0, height = 0, width = 0] = shapeOfArray(measure, 'counts')
    if (width === 0 || height === 0) return (this.image = null)
    const pixels = mixDensity(
      {
        counts: groundOnly ? new Uint32Array(0) : arrayOf(measure, 'counts'),
        all: arrayOf(measure, 'all'), width, height, groups,
      },
      palette.groups.map(parseColour),
      parseColour(palette.ground),
    )
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
    return (this.image = canvas)
  }
}

function windowOf(measure: Measure, name: string, scale: Scale): Interval {
  const window = measure.meta[name]
  return Array.isArray(window) ? (window as Interval) : scale.axis.domain
}

/** Cuts off what lies farther than `over` pixels outside the plot area. */
function clipTo(context: CanvasRenderingContext2D, { x, y }: Plane, over = 0): void {
  const [left, right] = ordered(x.range)
  const [top, bottom] = ordered(y.range)
  context.beginPath()
  context.rect(left - over, top - over, right - left + 2 * over, bottom - top + 2 * over)
  context.clip()
}

function clipToShape(context: CanvasRenderingContext2D, { x, y }: Plane, shape: Shape): void {
  if (!shape) return
  context.beginPath()
  if ('box' in shape) {
    const [left, right] = ordered([x.place(shape.box.x[0]), x.place(shape.box.x[1])])
    const [top, bottom] = ordered([y.place(shape.box.y[0]), y.place(shape.box.y[1])])
    context.rect(left, top, right - left, bottom - top)
  } else {
    for (const [px, py] of shape.lasso) context.lineTo(x.place(px), y.place(py))
    context.closePath()
  }
  context.clip('evenodd')
}

/** Paints grid lines below the marks, which they would cut in two. */
export function paintGrid(context: CanvasRenderingContext2D, { x, y }: Plane, colour: string): void {
  context.fillStyle = colour
  const [left, right] = ordered(x.range)
  const [top, bottom] = ordered(y.range)
  for (const { at } of horizontalTicks(x)) context.fillRect(Math.round(x.place(at)), top, 1, bottom - top)
  for (const { at } of verticalTicks(y)) context.fillRect(left, Math.round(y.place(at)), right - left, 1)
}

/** Single points as pixels; what they are put together from is kept from picture to picture. */
export class PointLayer {
  private readonly canvas = document.createElement('canvas')
  private image: ImageData | null = null
  private stamp: { radius: number; made: Stamp } | null = null

  /** Paints single points, in the order of the rows; those outside the shape lie below, faint. */
  paint(
    context: CanvasRenderingContext2D,
    plane: Plane,
    measure: Measure,
    palette: Palette,
    shape: Shape,
    size: number,
  ): void {
    const [xs, ys, colour] = [arrayOf(measure, 'x'), arrayOf(measure, 'y'), arrayOf(measure, 'colour')]
    // Crowds are drawn smaller, and solid: colours that shine through each other are none of the legend's.
    const radius = size * (xs.length > 5000 ? 0.5 : xs.length > 800 ? 0.7 : 1)
    const solid = xs.length > 800 ? 1 : 0.85
    const image = this.cleared(context.canvas)
    const layer = this.canvas.getContext('2d')
    if (!layer) return
    const ratio = context.getTransform().a
    const stamp = this.stampOf(radius * ratio)
    const inks = palette.groups.map(parseColour)
    const [x, y] = [plane.x.line(ratio), plane.y.line(ratio)]
    for (const inside of shape ? [false, true] : [true]) {
      const opacity = inside ? solid : solid * 0.25
      for (let i = 0; i < xs.length; i += 1) {
        const [vx, vy] = [xs[i] as number, ys[i] as number]
        if (shape && holds(shape, vx, vy) !== inside) continue
        const ink = inks[colour[i] as number]
        const [px, py] = [x.start + (vx - x.from) * x.slope, y.start + (vy - y.from) * y.slope]
        if (ink) stampDot(image, stamp, px, py, ink, opacity)
      }
    }
    layer.putImageData(image, 0, 0)
    context.save()
    // Points at the ends of the axes are drawn whole.
    clipTo(context, plane, radius)
    context.drawImage(this.canvas, 0, 0, image.width / ratio, image.height / ratio)
    context.restore()
  }

  private cleared({ width, height }: { width: number; height: number }): ImageData {
    if (this.image?.width === width && this.image.height === height) this.image.data.fill(0)
    else {
      this.image = new ImageData(width, height)
      Object.assign(this.canvas, { width, height })
    }
    return this.image
  }

  private stampOf(radius: number): Stamp {
    if (this.stamp?.radius !== radius) this.stamp = { radius, made: stampOf(radius) }
    return this.stamp.made
  }
}

/** The point nearest to a pixel, within `reach` pixels; -1 when there is none. */
export function nearestPoint(measure: Measure, plane: Plane, px: number, py: number, reach: number): number {
  const [xs, ys] = [arrayOf(measure, 'x'), arrayOf(measure, 'y')]
  let [best, closest] = [-1, reach * reach]
  for (let i = 0; i < xs.length; i += 1) {
    const dx = plane.x.place(xs[i] as number) - px
    const dy = plane.y.place(ys[i] as number) - py
    const distance = dx * dx + dy * dy
    if (distance <= closest) [best, closest] = [i, distance]
  }
  return best
}
