"""The portal: settings, addresses and base templates. It wires the rooms together and decides nothing."""
