from __future__ import annotations

from typing import Any

from django.db import migrations, models


class AddIndexMeanwhile(migrations.AddIndex):
    """Add an index while others go on reading and writing, where the database can.

    PostgreSQL's own way would hold up orders for as long as it reads the whole history.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.add_index(model, self.index, concurrently=True)


def index(model: str, name: str, *fields: str) -> AddIndexMeanwhile:
    return AddIndexMeanwhile(model_name=model, index=models.Index(fields=fields, name=name))


class Migration(migrations.Migration):
    atomic = False  # or PostgreSQL adds no index meanwhile

    dependencies = [
        ("orders", "0005_refusal"),
    ]

    operations = [
        index("fill", "fills_by_order", "account", "exchange_order_id"),
        migrations.AlterField("fill", "exchange_order_id", models.BigIntegerField()),
        index("fill", "fills_by_time", "account", "traded_at", "trade_id"),
        index("fill", "fills_by_market", "account", "symbol", "traded_at", "trade_id"),
        index("order", "orders_by_time", "user", "created_at", "id"),
        index("order", "orders_by_market", "user", "symbol", "created_at", "id"),
        index("order", "orders_by_outcome", "user", "state", "created_at", "id"),
        index("order", "orders_in_state", "state", "account"),
        index("order", "orders_by_press", "account", "saved_at"),
        migrations.RemoveIndex(model_name="order", name="orders_by_state"),
    ]
