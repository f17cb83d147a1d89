// What the chart shows beside candles: lines of what waits, dots of what happened; any area may
// tell some.
(() => {
  "use strict";
  const { ask } = window.tidewatchCandles;

  class Marks {
    constructor(lib, series, frame) {
      this.lib = lib;
      this.series = series;
      this.frame = frame;
      this.addresses = frame.dataset.marks.split(" ");
      this.dots = lib.createSeriesMarkers(series, []);
      this.lines = [];
      this.all = [];
      this.reads = 0;
    }

    // Tells whether there is something new to draw.
    async read() {
      const number = (this.reads += 1);
      const answers = await Promise.allSettled(this.addresses.map((one) => ask(one)));
      if (number !== this.reads) return false; // a later question is on its way, or was faster
      if (answers.some(({ status }) => status === "rejected")) return false; // those shown still hold
      const told = answers.flatMap(({ value }) => value.marks);
      if (JSON.stringify(told) === JSON.stringify(this.all)) return false;
      this.all = told;
      return true;
    }

    draw(candles, ink) {
      this.drawLines(ink);
      const past = this.all
        .filter(({ kind }) => kind === "dot")
        .map((mark) => ({ mark, candle: candles.at(mark.at_ms) }))
        .filter(({ candle }) => candle)
        .sort((one, other) => one.candle.ms - other.candle.ms);
      this.dots.setMarkers(
        past.map(({ mark, candle }) => ({
          time: candle.ms / 1000,
          position: "atPriceMiddle",
          price: Number(mark.price),
          shape: "circle",
          color: mark.side === "sell" ? ink.down : ink.up,
          size: 0.8,
        })),
      );
      this.frame.dataset.lines = this.lines.length;
      this.frame.dataset.dots = past.length;
    }

    drawLines(ink) {
      this.lines.forEach((line) => this.series.removePriceLine(line));
      const waiting = this.all.filter(({ kind }) => kind === "line");
      this.lines = waiting.map((mark) =>
        this.series.createPriceLine({
          price: Number(mark.price),
          title: mark.text,
          color: mark.side ? (mark.side === "sell" ? ink.down : ink.up) : ink.accent,
          lineWidth: 1,
          lineStyle: mark.is_certain === false ? this.lib.LineStyle.Dotted : this.lib.LineStyle.Dashed,
          axisLabelVisible: true,
        }),
      );
    }
  }

  window.tidewatchChartMarks = { Marks };
})();
