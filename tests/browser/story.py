"""The main job as one person does it, from the link in the terminal to the changed balance."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import Page, expect

MARKET = "tBTCUSD"
LAST = f'[data-symbol="{MARKET}"][data-field="last"]'
PATIENCE_MS = 30_000


def value(page: Page, selector: str) -> Decimal:
    return Decimal(page.locator(selector).first.get_attribute("data-value") or "NaN")


def balance(page: Page, currency: str) -> Decimal:
    return value(page, f'[data-wallet="exchange"][data-currency="{currency}"][data-field="total"]')


def wallets_read_after(page: Page, time_ms: int) -> dict[str, str]:
    """Wait for balances that the exchange told after a time; returns each figure on the page."""
    page.wait_for_function(
        """(after) => {
            const cells = [...document.querySelectorAll('[data-wallet][data-field="total"]')];
            return cells.length > 0 && cells.every((cell) => Number(cell.dataset.at) > after);
        }""",
        arg=time_ms,
        timeout=PATIENCE_MS,
    )
    figures: dict[str, str] = page.evaluate(
        """() => Object.fromEntries(
            ["total", "available"].flatMap((field) =>
                [...document.querySelectorAll(`[data-wallet][data-field="${field}"]`)].map(
                    ({ dataset }) =>
                        [`${dataset.wallet} ${dataset.currency} ${field}`, dataset.value])))"""
    )
    return figures


def how_it_stands(page: Page) -> str:
    """Return what the page says of its prices, and what the product says of its feed."""
    words: str = page.evaluate(
        """async (selector) => {
            const cell = document.querySelector(selector);
            const health = await fetch("/health/feed/").then((answer) => answer.text());
            const html = await fetch(location.href).then((answer) => answer.text());
            const fresh = new DOMParser().parseFromString(html, "text/html");
            return JSON.stringify({
                shown: {...cell?.dataset},
                drawnNow: {...fresh.querySelector(selector)?.dataset},
                feed: document.getElementById("feed")?.textContent,
                health,
            });
        }""",
        LAST,
    )
    return words


def see_three_changes(page: Page, selector: str = LAST) -> list[str]:
    """Wait until a figure has changed three times by itself; returns what was seen."""
    seen: list[str] = page.evaluate(
        """async ([selector, patience]) => {
            const seen = [];
            const end = Date.now() + patience;
            while (seen.length < 4 && Date.now() < end) {
                const now = document.querySelector(selector)?.dataset.value;
                if (now && seen.at(-1) !== now) seen.push(now);
                await new Promise(requestAnimationFrame);
            }
            return seen;
        }""",
        [selector, PATIENCE_MS],
    )
    assert len(seen) == 4, f"{selector} took only the values {seen}; {how_it_stands(page)}"
    return seen


def place_a_limit_order_that_fills(page: Page, amount: str) -> None:
    """Bid one per cent above the best ask: the market may run, the order still trades at once."""
    price = round(value(page, f'[data-symbol="{MARKET}"][data-field="ask"]') * 101 / 100)
    page.get_by_label("Buy", exact=True).check()
    page.get_by_label("Type").select_option("LIMIT")
    page.get_by_label("Price, USD").fill(str(price))
    page.get_by_label("Amount, BTC").fill(amount)
    page.get_by_role("button", name="Review order").click()
    review = page.locator("#ticket-review")
    expect(review.locator('[data-field="cost"]')).to_be_visible()
    review.get_by_label("I mean it").check()  # it takes from the book, and the review asks
    review.get_by_role("button", name=f"Buy {amount} BTC at").click()
    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "FILLED", timeout=PATIENCE_MS
    )


def live_it(page: Page, welcome_url: str) -> None:
    """Sign in, watch, buy, and see the balance follow, without loading the market page again."""
    page.goto(welcome_url)
    expect(page.get_by_role("heading", name="Total value")).to_be_visible()
    total = page.locator('[data-field="total-value"]').first
    expect(total).to_have_attribute("data-currency", "USD")
    see_three_changes(page)

    page.get_by_role("link", name="Markets", exact=True).first.click()
    page.locator(f'a[href="/markets/{MARKET}/"]').first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("BTC")
    page.evaluate("window.neverReloaded = true")
    see_three_changes(page)
    bitcoin, dollars = balance(page, "BTC"), balance(page, "USD")

    place_a_limit_order_that_fills(page, "0.01")

    bought = page.locator(f'#orders tr[data-symbol="{MARKET}"][data-state="FILLED"]').first
    expect(bought).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#orders tr[data-fill]").first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function(
        """([currency, before]) => document.querySelector(
            `[data-wallet="exchange"][data-currency="${currency}"][data-field="total"]`
        )?.dataset.value !== before""",
        arg=["BTC", format(bitcoin, "f")],
        timeout=PATIENCE_MS,
    )
    assert bitcoin < balance(page, "BTC") <= bitcoin + Decimal("0.01")
    assert balance(page, "USD") < dollars
    assert page.evaluate("window.neverReloaded")
