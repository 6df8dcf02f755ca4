<?php echo "Hello from ", php_sapi_name(), "\n";
