run ->(env) { [200, { 'content-type' => 'text/plain' }, ["Hello from #{env['PATH_INFO']}\n"]] }
