"""How deliveries of each kind are read. A kind is one small file: it lands bytes or Parquet parts, and from there all is one path."""
