"""The office: where staff works. One module, one blueprint per room; ``mailer.app`` joins them."""
