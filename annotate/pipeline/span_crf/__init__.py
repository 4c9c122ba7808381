"""The trainable component: token vectors, a linear-chain CRF a label, exact posteriors."""
