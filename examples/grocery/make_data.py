"""Makes the files in `data/` from The Complete Journey, one year of a grocery retailer (see data/LICENCE.md).

    pip install pyarrow
    python make_data.py FOLDER

FOLDER holds profiles.parquet, events.parquet, events_lines.parquet and campaigns.parquet: the tables of the package
`completejourney`, its transactions once summed by basket and once line by line. What comes out is in this folder already;
nobody has to run this to run the example. The same input gives the same bytes.
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SOURCE = Path(sys.argv[1])
DATA = Path(__file__).parent / "data"


def read(name):
    table = pq.read_table(SOURCE / f"{name}.parquet")
    if "customer_id" in table.column_names:
        household = pc.cast(table["customer_id"], pa.int32())
        table = table.drop_columns("customer_id").append_column("household_id", household)
    return table


def cents(column):
    """Sums of doubles end in 0.30000000000000004: amounts are whole cents."""
    return pc.round(column, 2)


def write(name, table, by):
    table = table.sort_by([(column, "ascending") for column in by])
    pq.write_table(table, DATA / f"{name}.parquet", compression="zstd", compression_level=19)
    print(f"{name}: {table.num_rows} rows, {(DATA / f'{name}.parquet').stat().st_size} bytes")


# Who: one row a household. A third of them told the retailer about themselves.
households = read("profiles")
write(
    "households",
    households.select(
        [
            "household_id",
            "age",
            "income",
            "home_ownership",
            "marital_status",
            "household_size",
            "household_comp",
            "kids_count",
        ]
    ),
    ["household_id"],
)

events = read("events")
kind = events["event_type"]

# What they paid at the till: one row a basket.
baskets = events.filter(pc.equal(kind, "basket"))
write(
    "baskets",
    pa.table(
        {
            "household_id": baskets["household_id"],
            "basket_id": baskets["basket_id"],
            "bought_at": pc.cast(baskets["event_time"], pa.timestamp("ms")),
            "store_id": pc.cast(baskets["store_id"], pa.int32()),
            "amount": cents(baskets["amount"]),
            "products": pc.cast(baskets["n_products"], pa.int32()),
            "departments": pc.cast(baskets["n_departments"], pa.int32()),
            "loyalty_discount": cents(baskets["retail_disc"]),
            "coupon_discount": cents(baskets["coupon_disc"]),
        }
    ),
    ["household_id", "bought_at", "basket_id"],
)

# What they got by mail, and which of its coupons they brought back.
mail = events.filter(pc.invert(pc.equal(kind, "basket")))
received = pc.equal(mail["event_type"], "campaign_received")
write(
    "mailings",
    pa.table(
        {
            "household_id": mail["household_id"],
            "day": pc.cast(mail["event_time"], pa.date32()),
            "what": pc.if_else(received, "receive_campaign", "redeem_coupon"),
            "campaign_id": pc.cast(mail["campaign_id"], pa.int32()),
            "coupon_upc": mail["coupon_upc"],
        }
    ),
    ["household_id", "day", "what", "campaign_id", "coupon_upc"],
)

campaigns = read("campaigns")
write(
    "campaigns",
    pa.table(
        {
            "campaign_id": pc.cast(campaigns["campaign_id"], pa.int32()),
            "campaign_type": campaigns["campaign_type"],
            "starts_on": pc.cast(campaigns["start_date"], pa.date32()),
            "ends_on": pc.cast(campaigns["end_date"], pa.date32()),
        }
    ),
    ["campaign_id"],
)

# What was in the baskets: the 1.5 million lines of the tills, summed by basket and department. Quantities are left out: of
# fuel they are in no unit that could be added to apples.
lines = read("events_lines")
lines = lines.append_column("discount", pc.add(lines["retail_disc"], lines["coupon_disc"]))
by_department = lines.group_by(["household_id", "basket_id", "event_time", "department"], use_threads=False).aggregate(
    [("amount", "sum"), ("discount", "sum"), ("product_id", "count_distinct")]
)
write(
    "basket_departments",
    pa.table(
        {
            "household_id": by_department["household_id"],
            "basket_id": by_department["basket_id"],
            "bought_at": pc.cast(by_department["event_time"], pa.timestamp("ms")),
            "department": by_department["department"],
            "amount": cents(by_department["amount_sum"]),
            "discount": cents(by_department["discount_sum"]),
            "products": pc.cast(by_department["product_id_count_distinct"], pa.int32()),
        }
    ),
    ["household_id", "bought_at", "basket_id", "department"],
)
