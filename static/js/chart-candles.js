// The candles of one market and one length: asked for page by page, joined with those that grow.
// Every figure stays the text that the server sent: "milliseconds open high low close volume".
(() => {
  "use strict";

  class Problem extends Error {
    constructor(text, seconds) {
      super(text);
      this.seconds = seconds;
    }
  }

  const read = (text) => {
    const [ms, open, high, low, close, volume] = text.split(" ");
    return { ms: Number(ms), open, high, low, close, volume };
  };

  async function ask(address, signal) {
    let answer;
    try {
      answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem("Tidewatch does not answer.", 5);
    }
    if (answer.redirected) {
      document.getElementById("signed-out")?.removeAttribute("hidden");
      throw new Problem("You are signed out.", 30);
    }
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Problem(body.problem || "The candles could not be read.", body.retry_seconds || 5);
    return body;
  }

  // Past candles never change their place: they are kept oldest first, without a repeat.
  class Candles {
    constructor(address, timeframe) {
      this.address = `${address}?timeframe=${timeframe}`;
      this.all = [];
      this.nextEnd = null;
      this.stop = new AbortController();
    }

    get last() {
      return this.all.at(-1);
    }

    // Read the newest page; what lies between it and what was known is not: then start anew.
    async readNewest() {
      const body = await ask(this.address, this.stop.signal);
      const news = body.candles.map(read);
      const isJoined = news.length > 0 && this.last && this.last.ms >= news[0].ms;
      if (isJoined) {
        this.all = this.all.filter((candle) => candle.ms < news[0].ms).concat(news);
      } else {
        this.all = news;
        this.nextEnd = body.next_end;
      }
      return body.age_ms;
    }

    async readOlder() {
      const end = this.nextEnd;
      if (end === null) return false;
      const body = await ask(`${this.address}&end=${end}`, this.stop.signal);
      if (end !== this.nextEnd) return false;
      const first = this.all.length ? this.all[0].ms : Infinity;
      this.all = body.candles.map(read).filter((candle) => candle.ms < first).concat(this.all);
      this.nextEnd = body.next_end;
      return true;
    }

    // Take in the candles that grow. Returns those that changed, or null where some are missing.
    grow(texts) {
      const news = texts.map(read);
      if (!this.last || !news.length) return [];
      if (news[0].ms > this.last.ms) return null;
      const changed = [];
      for (const candle of news) {
        const at = this.all.findLastIndex((known) => known.ms <= candle.ms);
        const known = this.all[at];
        if (known?.ms !== candle.ms) {
          if (candle.ms < this.last.ms) return null;
          this.all.push(candle);
          changed.push(candle);
        } else if (["open", "high", "low", "close", "volume"].some((name) => known[name] !== candle[name])) {
          this.all[at] = candle;
          changed.push(candle);
        }
      }
      return changed;
    }

    // The candle that a moment lies in; none before the first one that is loaded.
    at(ms) {
      return this.all.findLast((candle) => candle.ms <= ms);
    }

    close() {
      this.stop.abort();
    }
  }

  window.tidewatchCandles = { Candles, ask };
})();
