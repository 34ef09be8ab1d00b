"""Makes `data/purchases.parquet` from the CDNOW data of Fader and Hardie (see data/LICENCE.md).

    pip install pyarrow
    python make_data.py FOLDER

FOLDER holds events.parquet: one row a purchase, with `customer_id`, `event_time`, `quantity` and `amount`. What comes out is
in this folder already; nobody has to run this to run the example. The same input gives the same bytes.
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

events = pq.read_table(Path(sys.argv[1]) / "events.parquet")
purchases = pa.table(
    {
        "customer_id": events["customer_id"],
        "day": pc.cast(events["event_time"], pa.date32()),
        "cds": pc.cast(events["quantity"], pa.int32()),
        "amount": events["amount"],
    }
).sort_by([("customer_id", "ascending"), ("day", "ascending"), ("cds", "ascending"), ("amount", "ascending")])
path = Path(__file__).parent / "data" / "purchases.parquet"
pq.write_table(purchases, path, compression="zstd", compression_level=19)
print(f"purchases: {purchases.num_rows} rows, {path.stat().st_size} bytes")
