"""``make demo``: the whole product with no account and no network."""

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

from sandbox.demo import PORT, Demo, DemoError

WELCOME = """
  Kramar is running on a simulated Telegram, with two simulated WooCommerce stores, a simulated
  cabinet on Prom.ua and a simulated Nova Poshta.

      {url}

  Open it in a browser. You are Olena, an owner. At the top you become Oleh, who reads English,
  Iryna, a manager, or Taras, who packs. Orders keep coming in, here and in the group.

  Prom.ua tells nobody of its orders, so it is asked every five seconds. The first is a gift for
  somebody else; it is paid for ten seconds later. To see what the bot sees there:

      curl -H "Authorization: Bearer {token}" "{prom}/orders/list?limit=1"

  One more shop, {workshop}, is not connected yet. Try Settings, Shops, Connect WooCommerce:

      {address}
      {key}
      {secret}

  Nova Poshta is connected: confirm an order that goes there, then Waybill, Create. With its label
  printed, a parcel moves every few seconds; some come back. To connect it yourself, disconnect it
  in Settings, Delivery first. The key is {post}

  Log of the bot: {log}
  Ctrl+C stops everything.
"""


async def main() -> None:
    """Run the demo until it is interrupted; SIGTERM ends it as tidily as Ctrl+C."""
    this = asyncio.current_task()
    if this is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with tempfile.TemporaryDirectory(prefix="kramar-demo-") as name:
        folder = Path(name)
        print("  Starting ...", flush=True)
        demo = Demo(folder, port=int(os.environ.get("DEMO_PORT", PORT)))
        async with demo.running():
            workshop = demo.workshop
            welcome = WELCOME.format(
                url=demo.url,
                token=demo.prom.cabinet.token,
                prom=demo.prom.cabinet.url,
                workshop=workshop.store.name,
                address=workshop.store.url,
                key=workshop.key,
                secret=workshop.secret,
                post=demo.post.post.key,
                log=folder / "bot.log",
            )
            print(welcome, flush=True)
            await demo.keep_going()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("\n  Stopped.")
    except DemoError as error:
        sys.exit(str(error))
