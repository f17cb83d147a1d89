"""Every address of Tidewatch, in one file."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.accounts import views as accounts
from dashboard.alerts import views as alerts
from dashboard.live import views as live
from dashboard.markets import views as markets
from dashboard.markets import watchlist_views as watchlists
from dashboard.markets.candles_views import market_candles
from dashboard.markets.side_by_side import side_by_side
from dashboard.orders import views as orders
from dashboard.pages import views as pages
from dashboard.pages.health import health_ready
from dashboard.portfolio import views as portfolio

urlpatterns: list[URLPattern] = [
    path("", pages.overview, name="overview"),
    path("markets/", markets.market_list, name="markets-list"),
    path("markets/stars/", markets.market_star, name="markets-star"),
    path("markets/strip/", markets.market_strip, name="markets-strip"),
    path("markets/side-by-side/", side_by_side, name="markets-side-by-side"),
    path("markets/columns/", markets.market_columns, name="markets-columns"),
    path("markets/lists/", watchlists.watchlist_list, name="markets-lists"),
    path("markets/lists/first/", watchlists.watchlist_first, name="markets-lists-first"),
    path(
        "markets/lists/<int:number>/name/", watchlists.watchlist_rename, name="markets-lists-name"
    ),
    path(
        "markets/lists/<int:number>/delete/",
        watchlists.watchlist_delete,
        name="markets-lists-delete",
    ),
    path(
        "markets/lists/<int:number>/markets/",
        watchlists.watchlist_markets,
        name="markets-lists-markets",
    ),
    path("markets/<str:symbol>/", pages.market, name="markets-detail"),
    path("markets/<str:symbol>/candles/", market_candles, name="markets-candles"),
    path("portfolio/", portfolio.wallets, name="portfolio"),
    path("orders/", orders.order_list, name="orders-list"),
    path("orders/new/", orders.order_new, name="orders-new"),
    path("orders/preview/", orders.order_preview, name="orders-preview"),
    path("orders/review/<uuid:token>/", orders.order_review, name="orders-review"),
    path("orders/place/", orders.order_place, name="orders-place"),
    path("orders/history/", orders.order_history, name="orders-history"),
    path("orders/fills/", orders.order_fills, name="orders-fills"),
    path("orders/marks/", orders.order_marks, name="orders-marks"),
    path("orders/journal/", orders.order_journal, name="orders-journal"),
    path("orders/positions/", orders.position_list, name="orders-positions"),
    path("orders/cancel/", orders.orders_cancel, name="orders-cancel-many"),
    path("orders/cancelled/<uuid:batch>/", orders.orders_cancelled, name="orders-cancelled"),
    path("orders/halt/", orders.halt, name="orders-halt"),
    path("orders/<int:order_id>/", orders.order_detail, name="orders-detail"),
    path("orders/<int:order_id>/amend/", orders.order_amend, name="orders-amend"),
    path("orders/<int:order_id>/cancel/", orders.order_cancel, name="orders-cancel"),
    path("alerts/", alerts.alert_list, name="alerts-list"),
    path("alerts/market/", alerts.of_market, name="alerts-market"),
    path("alerts/marks/", alerts.marks, name="alerts-marks"),
    path("alerts/rung/", alerts.rung, name="alerts-rung"),
    path("alerts/seen/", alerts.take_notice, name="alerts-seen"),
    path("alerts/set/", alerts.set_alert, name="alerts-set"),
    path("alerts/<int:alert_id>/delete/", alerts.delete, name="alerts-delete"),
    path("settings/keys/", accounts.keys, name="settings-keys"),
    path("settings/safety/", orders.safety, name="settings-safety"),
    path("settings/safety/limits/", orders.set_limits, name="settings-limits"),
    path("settings/safety/limits/withdraw/", orders.withdraw_limits, name="settings-withdraw"),
    path("settings/safety/release/", orders.release, name="settings-release"),
    path("settings/display/", pages.display, name="settings-display"),
    path("welcome/<str:token>/", accounts.welcome, name="welcome"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("health/live/", live.health_live, name="health-live"),
    path("health/ready/", health_ready, name="health-ready"),
    path("health/feed/", live.health_feed, name="health-feed"),
    path("health/accounts/", accounts.health_accounts, name="health-accounts"),
]
