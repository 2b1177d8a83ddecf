"""Adobe Commerce and Magento Open Source, read through their REST API."""
