"""WooCommerce: webhooks in, the store's REST API out."""
