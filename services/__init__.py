"""Use cases: one public function is one sentence a manager would say, and one transaction.

The only place that opens a transaction or writes a row. Nothing here touches the network.
"""
