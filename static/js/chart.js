// A market's chart, one or several on a page. It draws what chart-candles.js knows; Numbers are made
// of prices here for one purpose only, to find the pixel: every figure that is read is the server's
// text.
(() => {
  "use strict";
  const { Candles } = window.tidewatchCandles;
  const { Marks } = window.tidewatchChartMarks;
  const ages = window.tidewatchAges;
  const REMEMBERED = "tidewatch-timeframe";
  const NEAR_EDGE = 60; // candles to the left of the view that should be there already
  const LOOK_MS = 500;
  const MARKS_MS = 15000;
  const AGAIN_MS = 3000; // the server asks the exchange no sooner
  const lib = window.LightweightCharts;
  if (!lib) return;

  // A browser may forbid a page to remember anything.
  const recall = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const remember = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // then the usual length it is
    }
  };

  function show(frame) {
    frame.classList.add("chart-ready");
    const part = (name) => frame.querySelector(`[data-chart="${name}"]`);
    const canvas = part("canvas");
    const live = part("live");
    const { symbol, candles: address } = frame.dataset;
    const buttons = [...frame.querySelectorAll("[data-timeframe]")];
    let timeframe = "1h";
    let data = null;
    let isDrawn = false;
    let isReading = false;
    let retry = 0;
    let ink = {};
    let wasStale = false;
    let newestRead = -AGAIN_MS;

    const seconds = (candle) => candle.ms / 1000;
    const time = (ms) => {
      const text = new Date(ms).toISOString();
      return /[DWM]$/.test(timeframe) ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
    };
    const grouped = (text) => {
      const [whole, rest] = text.split(".");
      const told = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
      return rest === undefined ? told : `${told}.${rest}`;
    };
    const decimals = () =>
      Math.min(10, Math.max(0, ...data.all.slice(-300).map(({ close }) => (close.split(".")[1] || "").length)));
    const faint = (colour) => colour.replace(/rgb\(([^)]+)\)/, "rgba($1, 0.35)");

    const chart = lib.createChart(canvas, {
      autoSize: true,
      layout: { attributionLogo: false, background: { type: "solid", color: "transparent" } },
      localization: { locale: "en", timeFormatter: (at) => `${time(at * 1000)} UTC` },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.24 } },
      timeScale: { borderVisible: false, rightOffset: 4, barSpacing: 8, minBarSpacing: 1 },
      handleScroll: { vertTouchDrag: false },
      kineticScroll: { touch: !matchMedia("(prefers-reduced-motion: reduce)").matches, mouse: false },
      crosshair: { mode: lib.CrosshairMode.Normal },
    });
    const price = chart.addSeries(lib.CandlestickSeries, { borderVisible: false });
    const volume = chart.addSeries(lib.HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 }, visible: false });
    const marks = new Marks(lib, price, frame);

    // --- colours: those that the page's sheet gives, in whichever theme ---

    function paint() {
      for (const probe of frame.querySelectorAll("[data-ink]")) {
        ink[probe.dataset.ink] = getComputedStyle(probe).color;
      }
      const face = getComputedStyle(frame).fontFamily;
      chart.applyOptions({
        layout: { textColor: ink.muted, fontFamily: face },
        grid: { vertLines: { color: ink.line }, horzLines: { color: ink.line } },
        crosshair: {
          vertLine: { color: ink.edge, labelBackgroundColor: ink.edge },
          horzLine: { color: ink.edge, labelBackgroundColor: ink.edge },
        },
      });
      price.applyOptions({ upColor: ink.up, wickUpColor: ink.up, downColor: ink.down, wickDownColor: ink.down });
      if (data) draw();
      showState();
    }

    // --- candles ---

    const bar = (candle) => ({
      time: seconds(candle),
      open: Number(candle.open),
      high: Number(candle.high),
      low: Number(candle.low),
      close: Number(candle.close),
    });
    const column = (candle) => ({
      time: seconds(candle),
      value: Number(candle.volume),
      color: faint(Number(candle.close) < Number(candle.open) ? ink.down : ink.up),
    });

    function draw() {
      const digits = decimals();
      price.applyOptions({
        priceFormat: {
          type: "custom",
          minMove: 10 ** -digits,
          formatter: (value) => grouped(value.toFixed(digits)),
        },
      });
      price.setData(data.all.map(bar));
      volume.setData(data.all.map(column));
      marks.draw(data, ink);
      tell(data.last);
      frame.dataset.count = data.all.length;
      part("empty").hidden = data.all.length > 0;
    }

    async function read(how) {
      if (isReading) return;
      isReading = true;
      const reading = data;
      clearTimeout(retry);
      try {
        const age = await reading[how]();
        if (reading !== data) return;
        if (how === "readNewest") {
          isDrawn = true;
          newestRead = performance.now();
          if (ages.of(topic()) === undefined) ages.heard(topic(), age, false);
        }
        draw();
        part("problem").hidden = true;
        grow();
      } catch (error) {
        if (reading !== data || error.name === "AbortError") return;
        part("problem-text").textContent = error.message;
        part("problem").hidden = false;
        retry = setTimeout(() => read(how), (error.seconds || 5) * 1000);
      } finally {
        if (reading === data) isReading = false;
      }
      lookLeft();
    }

    function lookLeft() {
      const shown = chart.timeScale().getVisibleLogicalRange();
      const isProblem = !part("problem").hidden;
      if (isDrawn && shown && shown.from < NEAR_EDGE && data.nextEnd !== null && !isProblem) read("readOlder");
    }

    function grow() {
      if (!isDrawn || live.dataset.livePart !== topic()) return;
      const texts = [...live.querySelectorAll("[data-candle]")].map(({ dataset }) => dataset.candle);
      const changed = data.grow(texts);
      if (changed === null) {
        if (performance.now() - newestRead >= AGAIN_MS) read("readNewest");
        return;
      }
      const newest = data.last;
      for (const candle of changed) {
        const isOld = candle.ms < newest.ms;
        price.update(bar(candle), isOld);
        volume.update(column(candle), isOld);
      }
      if (changed.length) tell(newest);
      frame.dataset.count = data.all.length;
    }

    // --- the line above: what the crosshair, or else the newest candle, says ---

    let pointed = null;
    function tell(candle) {
      const shown = pointed ? data.at(pointed * 1000) : candle;
      if (!shown) return;
      for (const name of ["open", "high", "low", "close", "volume"]) {
        const told = part(name);
        if (told.dataset.value === shown[name]) continue;
        told.dataset.value = shown[name];
        told.textContent = grouped(shown[name]);
      }
      const told = part("time");
      told.textContent = `${time(shown.ms)} UTC`;
      told.dataset.ms = shown.ms;
    }
    chart.subscribeCrosshairMove(({ time: at }) => {
      pointed = at ?? null;
      if (isDrawn) tell(data.last);
    });

    async function readMarks() {
      if ((await marks.read()) && isDrawn) marks.draw(data, ink);
    }

    // --- state: the same words as everywhere, by the same ages ---

    const topic = () => `candles:${timeframe}:${symbol}`;

    function showState() {
      const state = ages.state(topic());
      const ms = ages.of(topic());
      const chip = part("state");
      const text = ms === undefined ? "waiting" : `${state} ${ages.text(ms)}`;
      if (chip.textContent !== text) chip.textContent = text;
      const isDead = ["stale", "off", "closed"].includes(state);
      if (frame.dataset.state !== state || !frame.dataset.painted) {
        frame.dataset.state = state;
        frame.dataset.painted = "yes";
        price.applyOptions({ priceLineColor: isDead ? ink.muted : "", lastValueVisible: !isDead });
      }
      if (wasStale && !isDead && isDrawn) read("readNewest"); // what was missed meanwhile
      wasStale = isDead && state !== "off"; // nothing is missed of what has not begun
    }

    // --- what one can do ---

    function choose(wanted) {
      timeframe = wanted;
      data?.close();
      data = new Candles(address, timeframe);
      isDrawn = isReading = false;
      pointed = null;
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.dataset.timeframe === timeframe));
      }
      part("table").href = `${address}?timeframe=${timeframe}`;
      live.replaceChildren();
      frame.dataset.watch = live.dataset.livePart = topic();
      document.dispatchEvent(new Event("tidewatch:watch"));
      chart.applyOptions({ timeScale: { timeVisible: !/[DWM]$/.test(timeframe) } });
      showState();
      read("readNewest").then(() => chart.timeScale().scrollToPosition(4, false));
    }

    // Of several charts each keeps its own length.
    const isOneOfSeveral = document.querySelectorAll("[data-candles]").length > 1;
    const memory = isOneOfSeveral ? `${REMEMBERED}:${symbol}` : REMEMBERED;
    window.tidewatchChartKeys.listen(chart, canvas, () => data.all.length);
    for (const button of buttons) {
      button.addEventListener("click", () => {
        remember(memory, button.dataset.timeframe);
        choose(button.dataset.timeframe);
      });
    }
    part("retry").addEventListener("click", () => read(isDrawn ? "readOlder" : "readNewest"));
    chart.timeScale().subscribeVisibleLogicalRangeChange(lookLeft);
    new MutationObserver(grow).observe(live, { childList: true });
    new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme", "data-colours"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    let wasOpen = false;
    document.addEventListener("htmx:wsOpen", () => {
      if (wasOpen) readMarks(); // for what was missed meanwhile
      wasOpen = true;
    });
    document.body.addEventListener("orders-changed", readMarks);
    document.body.addEventListener("alerts-changed", readMarks);
    setInterval(showState, LOOK_MS);
    setInterval(() => document.hidden || readMarks(), MARKS_MS); // a hint may be lost

    paint();
    const remembered = recall(memory) ?? recall(REMEMBERED);
    choose(buttons.some(({ dataset }) => dataset.timeframe === remembered) ? remembered : timeframe);
    readMarks();
  }

  function showAll() {
    document.querySelectorAll("[data-candles]:not(.chart-ready)").forEach(show);
  }
  document.addEventListener("htmx:afterSettle", showAll); // a page may have waited for its markets
  showAll();
})();
