// The chart by keyboard: arrows move, plus and minus zoom, Home and End go to either end.
(() => {
  "use strict";

  function listen(chart, canvas, count) {
    const scale = () => chart.timeScale();

    function pan(share) {
      const shown = scale().getVisibleLogicalRange();
      if (!shown) return;
      const by = (shown.to - shown.from) * share;
      scale().setVisibleLogicalRange({ from: shown.from + by, to: shown.to + by });
    }

    function zoom(factor) {
      const shown = scale().getVisibleLogicalRange();
      if (!shown) return;
      scale().setVisibleLogicalRange({ from: shown.to - (shown.to - shown.from) * factor, to: shown.to });
    }

    const keys = {
      ArrowLeft: () => pan(-0.1),
      ArrowRight: () => pan(0.1),
      PageUp: () => pan(-0.9),
      PageDown: () => pan(0.9),
      "+": () => zoom(0.8),
      "=": () => zoom(0.8),
      "-": () => zoom(1.25),
      Home: () => pan(-count()),
      End: () => scale().scrollToPosition(4, false),
    };
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    });
  }

  window.tidewatchChartKeys = { listen };
})();
